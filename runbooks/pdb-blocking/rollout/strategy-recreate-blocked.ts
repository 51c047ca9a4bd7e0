import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { numberAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { PdbView } from '../view.ts';
import { isTerminating, wantedOf } from '../workload.ts';
import { rolloutOf } from './fresh-pods.ts';

/** An ordinary end takes half a minute; so long an outage is what Recreate means. */
const graceMs = 60_000;

export const strategyRecreateBlocked: Cause<PdbView> = {
  code: 'strategy-recreate-blocked',
  title: 'The strategy is Recreate: no new pod before the last old one is gone',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const rollout = rolloutOf(view);
    if (!rollout || textAt(rollout.deployment, 'spec.strategy.type') !== 'Recreate') return clear();
    const { deployment, fresh, oldPods } = rollout;
    const [pod] = oldPods.filter(isTerminating);
    if (!pod || (fresh && wantedOf(fresh) > 0)) return clear();
    const asked = askedToEnd(pod);
    if (asked && view.sight.now.getTime() - asked.getTime() < graceMs)
      return clear('the old pods were told to end less than a minute ago');
    const { name, namespace } = deployment.metadata;
    return found({
      object: refTo(deployment),
      because: `${name} replaces its pods by Recreate, and ${oldPods.length === 1 ? 'an old one is' : `${oldPods.length} old ones are`} still there${asked ? `, told to end at ${asked.toISOString().slice(11, 16)} UTC` : ''}: until the last is gone no new one is made, and nobody serves.`,
      confidence: 'confirmed',
      evidence: [
        saw(deployment, 'spec.strategy.type', 'RollingUpdate'),
        {
          from: nameOfObject(pod),
          path: 'metadata.deletionTimestamp',
          saw: pod.metadata.deletionTimestamp ?? '',
        },
        saw(deployment, 'status.availableReplicas', String(wantedOf(deployment))),
      ],
      remedies: [
        byHand({
          id: 'roll-instead',
          title: 'Replace the pods one by one instead (RollingUpdate): the new ones are made at once',
          risk: 'medium',
          commands: [
            `kubectl -n ${namespace} patch deployment ${name} --type merge -p '${JSON.stringify({ spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } })}'`,
          ],
          blockedBy: 'whether two versions may run side by side (a volume, a migration) is for a person to say',
        }),
      ],
    });
  },
};

function askedToEnd(pod: KubernetesObject): Date | undefined {
  const due = timeAt(pod, 'metadata.deletionTimestamp');
  return due && new Date(due.getTime() - (numberAt(pod, 'metadata.deletionGracePeriodSeconds') ?? 0) * 1000);
}
