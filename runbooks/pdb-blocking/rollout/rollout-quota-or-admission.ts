import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, sawCondition } from '../../../src/core/evidence.ts';
import { type Condition, condition } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { wantedOf } from '../workload.ts';
import { rolloutOf } from './fresh-pods.ts';
import { refusalIn } from './refusal.ts';
import { remediesFor } from './refusal-remedies.ts';

export const rolloutQuotaOrAdmission: Cause<PdbView> = {
  code: 'rollout-quota-or-admission',
  title: 'The new pods are refused before they exist',
  severity: 'error',
  owner: 'platform',
  explains: [],
  look(view) {
    const rollout = rolloutOf(view);
    const failed = rollout && failureOf([...(rollout.fresh ? [rollout.fresh] : []), rollout.deployment]);
    if (!rollout || !failed) return clear();
    const { message } = failed.failure;
    const refusal = refusalIn(message);
    return found({
      object: refTo(failed.object),
      because: `${rollout.old.some((set) => wantedOf(set) > 0) ? 'No pod of the new version' : 'No further pod'} can be made: ${refusal.says}.`,
      confidence: 'confirmed',
      evidence: [
        sawCondition(failed.object, { ...failed.failure, message: quote(message) }),
        {
          from: nameOfObject(rollout.deployment),
          path: 'status.updatedReplicas',
          saw: String(rollout.freshPods.length),
        },
      ],
      remedies: remediesFor(rollout, refusal),
    });
  },
};

/** The ReplicaSet's own condition comes seconds before the Deployment's, and both long before the deadline (seen). */
function failureOf(
  objects: readonly KubernetesObject[],
): { readonly object: KubernetesObject; readonly failure: Condition } | undefined {
  return objects.flatMap((object) => {
    const failure = condition(object, 'ReplicaFailure');
    return failure?.status === 'True' && failure.reason === 'FailedCreate' ? [{ object, failure }] : [];
  })[0];
}
