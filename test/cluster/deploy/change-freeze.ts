import { currentBed, until } from '../bed/bed.ts';

const bed = currentBed();
const name = 'no-budgets';
const admission = 'admissionregistration.k8s.io/v1';
export const freezeSays = 'change freeze until Monday';

/** A platform that lets no budget be made or changed any more; where dry runs pass, only the real change is refused. */
export async function freezeBudgets({ dryRunsPass }: { readonly dryRunsPass: boolean }): Promise<() => Promise<void>> {
  await bed.kubectl('apply -f -', {
    apiVersion: admission,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['policy'],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['poddisruptionbudgets'],
          },
        ],
      },
      validations: [{ expression: dryRunsPass ? 'request.dryRun' : 'false', message: freezeSays }],
    },
  });
  await bed.kubectl('apply -f -', {
    apiVersion: admission,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  });
  const namespace = await bed.namespace('probe');
  const budgetIsMade = async (): Promise<boolean> => {
    try {
      await bed.kubectl(`-n ${namespace} create poddisruptionbudget probe --selector=a=b --min-available=1`);
    } catch {
      return false;
    }
    await bed.kubectl(`-n ${namespace} delete poddisruptionbudget probe`);
    return true;
  };
  await until('the policy', async () => ((await budgetIsMade()) ? undefined : true));
  return async () => {
    await bed.kubectl(['delete', 'validatingadmissionpolicybinding,validatingadmissionpolicy', name]);
    // The policy's end takes a moment to be heard of.
    await until('the policy to be gone', async () => ((await budgetIsMade()) ? true : undefined));
  };
}
