import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { numberAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { boundsOf } from '../../../src/core/kubernetes/rollout-bounds.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { CouldNotLook } from '../../../src/core/sight.ts';
import { keptElsewhere } from '../keeper.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { isReady, isTerminating, wantedOf } from '../workload.ts';
import { aboutToFree } from './about-to-free.ts';
import { firstIn, rolloutOf } from './fresh-pods.ts';
import { isKeptByPods, keepsItselfOff, mayGo, obstaclesIn } from './scheduling.ts';

export const rolloutAntiaffinityDeadlock: Cause<PdbView> = {
  code: 'rollout-antiaffinity-deadlock',
  title: 'The new pod waits for a node that an old one holds, and no old one may go',
  severity: 'error',
  owner: 'operator',
  explains: ['rollout-unschedulable'],
  look(view) {
    const rollout = rolloutOf(view);
    const troubled = rollout && firstIn(rollout, 'unscheduled');
    if (!rollout || !troubled) return clear();
    const { deployment, oldPods } = rollout;
    const { pod, trouble } = troubled;
    const apart = keepsItselfOff(deployment);
    if (!apart || !obstaclesIn(trouble.message).some(isKeptByPods)) return clear();
    if (aboutToFree(view, pod, trouble.message)) return clear(`${pod.metadata.name} gets the node of a pod that goes`);
    const wanted = wantedOf(deployment);
    const { maxSurge, maxUnavailable } = boundsOf(deployment, wanted);
    if (maxUnavailable > 0 || mayGo(rollout) > 0 || !oldPods.some((old) => !isTerminating(old)))
      return clear('the strategy lets an old pod go');
    return found({
      object: refTo(deployment),
      because: `${pod.metadata.name} finds no node: its pods have ${apart}, and old pods stand on all that would take it. Of ${wanted} pods ${maxUnavailable} may be missing and ${maxSurge} may be too many, so no old pod goes before the new one is ready. No budget is involved.`,
      confidence: 'confirmed',
      evidence: [
        { from: nameOfObject(pod), path: trouble.path, saw: quote(`${trouble.reason}: ${trouble.message}`) },
        saw(
          deployment,
          'spec.strategy',
          'maxSurge 0 and maxUnavailable 1, or a rule that is preferred and not required',
        ),
        saw(deployment, 'status.availableReplicas', `${wanted - maxUnavailable} at least, at all times`),
      ],
      remedies: [
        letOneGoFirst(view, deployment),
        byHand({
          id: 'prefer-instead-of-require',
          title: 'Prefer to keep the pods apart, instead of requiring it (in the overlay)',
          risk: 'low',
          commands: [
            `kubectl -n ${view.namespace} get deployment ${deployment.metadata.name} -o jsonpath='{.spec.template.spec.affinity}'`,
          ],
        }),
      ],
    });
  },
};

/** The strategy under which pods that keep each other off can be replaced: first one goes, then one comes. */
function letOneGoFirst(view: PdbView, deployment: KubernetesObject): Remedy {
  const { name, namespace } = deployment.metadata;
  const wanted = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
  return {
    id: 'let-one-go-first',
    title: 'Let one old pod go before its successor comes (maxSurge 0, maxUnavailable 1)',
    risk: 'medium',
    automatic: 'yes',
    commands: [
      `kubectl -n ${namespace} patch deployment ${name} --type merge -p '${JSON.stringify({ spec: { strategy: wanted } })}'`,
    ],
    changes: [patchOf(deployment, [{ path: ['spec', 'strategy'], to: wanted }])],
    undo: 'Puts the strategy back; the next rollout then stands still again.',
    reversible: true,
    blockedBy: keptElsewhere(deployment) ?? tooFew(view, deployment),
    healsWithin: 600,
  };
}

/** One pod less must be no outage: not for the users, and not by the budget's own measure. */
function tooFew(view: PdbView, deployment: KubernetesObject): string | null {
  const ready = numberAt(deployment, 'status.readyReplicas') ?? view.living().filter(isReady).length;
  if (wantedOf(deployment) < 2) return 'with one replica the service would be away while its successor starts';
  if (ready < 2) return `only ${ready} of its pods is ready: without it nobody serves`;
  try {
    const least = Math.max(0, ...view.budgets().map((budget) => numberAt(budget, 'status.desiredHealthy') ?? 0));
    return ready - 1 < least ? `${ready} pods are ready, and the budget wants to keep ${least}` : null;
  } catch (error) {
    if (error instanceof CouldNotLook) return `could not see what the budgets want to keep (${error.unread.detail})`;
    throw error;
  }
}
