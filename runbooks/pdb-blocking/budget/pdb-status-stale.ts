import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, condition, numberAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { PdbView } from '../view.ts';
import { changedAt, countedWithinMs } from './budget-changed.ts';
import { sawRefusals } from './budget-sum.ts';

/** An eviction that was granted is taken from the books after two minutes, whatever became of the pod. */
const disruptedMs = 150_000;

export const pdbStatusStale: Cause<PdbView> = {
  code: 'pdb-status-stale',
  title: 'Nobody counts the budget: its controller does not keep up',
  severity: 'error',
  owner: 'platform',
  explains: [],
  look(view) {
    const { deployment, sight } = view;
    if (!deployment) return clear();
    const now = sight.now.getTime();
    for (const budget of view.budgets()) {
      if (condition(budget, 'DisruptionAllowed')?.reason === 'SyncFailed') continue;
      const behind = behindSince(budget, now);
      if (!behind) continue;
      const isWaiting = now - behind.since.getTime() < countedWithinMs;
      return found({
        object: refTo(budget),
        because: `${budget.metadata.name} ${behind.says}: kube-controller-manager does not count budgets, so evictions are refused whatever the pods are.`,
        confidence: 'confirmed',
        evidence: [
          saw(budget, 'status.observedGeneration', String(budget.metadata.generation ?? 1)),
          ...behind.evidence.map((path) => saw(budget, path)),
          ...sawRefusals(view),
        ],
        remedies: [
          byHand({
            id: 'look-at-the-controller-manager',
            title: 'Have whoever runs the control plane look at kube-controller-manager',
            commands: [
              'kubectl -n kube-system get pods -l component=kube-controller-manager',
              'kubectl -n kube-system get lease kube-controller-manager -o yaml',
            ],
          }),
        ],
        ...(isWaiting
          ? {
              waiting: {
                for: `the control plane to count PodDisruptionBudget ${budget.metadata.name}`,
                since: behind.since,
                normallyUpTo: 'PT30S',
                nextTryAt: null,
              },
            }
          : {}),
      });
    }
    return clear();
  },
};

type Behind = { readonly since: Date; readonly says: string; readonly evidence: readonly string[] };

function behindSince(budget: KubernetesObject, now: number): Behind | undefined {
  const observed = numberAt(budget, 'status.observedGeneration');
  const generation = budget.metadata.generation ?? 1;
  if (observed === undefined || observed < generation)
    return {
      since: changedAt(budget),
      says: observed === undefined ? 'was never counted' : 'was changed and not counted since',
      evidence: ['metadata.generation'],
    };
  const held = Object.values((at(budget, 'status.disruptedPods') ?? {}) as object)
    .map((moment) => Date.parse(String(moment)))
    .filter((moment) => !Number.isNaN(moment));
  const oldest = Math.min(...held);
  return held.length > 0 && now - oldest > disruptedMs
    ? {
        since: new Date(oldest),
        says: 'still has an eviction on its books that ended long ago',
        evidence: ['status.disruptedPods', 'status.disruptionsAllowed'],
      }
    : undefined;
}
