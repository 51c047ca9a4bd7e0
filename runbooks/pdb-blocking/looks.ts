import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { Look } from '../../src/core/look.ts';
import { attempt, type Sight } from '../../src/core/sight.ts';
import { cordonedNames, evictionOf, evictionsToTry, type PdbView, pdbViewOf } from './view.ts';

/** First round: the workload, the budgets, and what may stand in the way of more pods. */
export function workloadLooks({ target }: Sight): readonly Look[] {
  const namespace = target.namespace ?? '';
  return [
    ...[
      kinds.Deployment,
      kinds.ReplicaSet,
      kinds.Pod,
      kinds.PodDisruptionBudget,
      kinds.HorizontalPodAutoscaler,
      kinds.ResourceQuota,
      kinds.Event,
      kinds.Service,
    ].map((kind) => ({ at: 'list', kind, namespace }) as const),
    { at: 'list', kind: kinds.Node },
    { at: 'manifests', namespace },
  ];
}

/** Second: evictions, tried and not done. During a rollout they say nothing, unless a node is being drained too. */
export function evictionLooks(sight: Sight): readonly Look[] {
  return (
    attempt(() => {
      const view = pdbViewOf(sight);
      const cordoned = cordonedNames(sight);
      if (!asksForEvictions(view)) return [];
      return evictionsToTry(view.living(), cordoned).map(evictionOf);
    }) ?? []
  );
}

/** Whether evictions are what this is about: always, but in a rollout while no node is seen to be drained. */
export function asksForEvictions(view: PdbView): boolean {
  if (!view.deployment) return false;
  return !view.isRollingOut || (attempt(view.drained) ?? []).length > 0;
}
