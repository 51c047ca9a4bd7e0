import { currentBed, until } from '../bed/bed.ts';
import type { Site } from './site.ts';

const bed = currentBed();

/** A policy of the API server's own for one namespace; what is made or deleted there is refused with these words. */
export async function denies({ namespace }: Site, operation: 'CREATE' | 'DELETE', resource: string, message: string) {
  const apiGroups = resource === 'ingresses' ? ['networking.k8s.io'] : [''];
  await bed.kubectl('apply -f -', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: namespace },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups, apiVersions: ['v1'], operations: [operation], resources: [resource] }],
      },
      validations: [{ expression: 'false', message }],
    },
  });
  await bed.kubectl('apply -f -', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: namespace },
    spec: {
      policyName: namespace,
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
    },
  });
  // The API server compiles a policy a moment after it took it.
  await until('the policy to hold', async () => {
    const probe =
      operation === 'CREATE'
        ? bed.kubectl('apply --dry-run=server -f -', restrictedPod(namespace))
        : bed.kubectl(`-n ${namespace} delete ingress auth-ingress --dry-run=server`);
    return probe.then(
      () => undefined,
      (error: Error) => (error.message.includes(message) ? true : undefined),
    );
  });
}

export async function allows({ namespace }: Site): Promise<void> {
  await bed.kubectl(['delete', 'validatingadmissionpolicybinding', namespace]);
  await bed.kubectl(['delete', 'validatingadmissionpolicy', namespace]);
}

/** Pod Security has nothing against it. */
const restrictedPod = (namespace: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'probe', namespace },
  spec: {
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'probe',
        image: 'registry.orion.example/probe',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});
