import { at, listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { selects } from '../../../src/core/kubernetes/selectors.ts';
import { cordonedNames, type PdbView } from '../view.ts';
import { hasEnded, isTerminating, nodeOf } from '../workload.ts';
import { isKeptByPods, keepsItselfOff, type Obstacle, obstaclesIn } from './scheduling.ts';

/** What makes room for a pod without anybody's doing: one of the Deployment's that ends, or the scheduler's next try. */
export type AboutToFree = { readonly ending: KubernetesObject | undefined };

/**
 * Whether a pod that was refused a node is about to get one: a pod of its own Deployment still ends on a node that takes pods, or has
 * ended since, and the scheduler, which then tries again within ten seconds, has not yet.
 */
export function aboutToFree(view: PdbView, pod: KubernetesObject, message: string): AboutToFree | undefined {
  const { deployment } = view;
  const obstacles = obstaclesIn(message);
  const isByOwn = deployment !== undefined && keepsItselfOff(deployment) !== undefined && obstacles.some(isKeptByPods);
  if (!isByOwn && !obstacles.some(isFull)) return undefined;
  const cordoned = cordonedNames(view.sight);
  const ending = view
    .pods()
    .find((item) => isTerminating(item) && nodeOf(item) !== '' && !cordoned.includes(nodeOf(item)));
  return ending || (isByOwn && isOutOfDate(view, pod, obstacles)) ? { ending } : undefined;
}

/** A pod that ends leaves as much room as one of its like asks for. */
const isFull = ({ words }: Obstacle): boolean => /^(Insufficient |Too many pods)/.test(words);

/**
 * Whether the scheduler counted more nodes as kept by pods than such pods still stand on. That can be counted where the pod keeps apart by
 * node and from pods of its own namespace; those of other Deployments count too.
 */
function isOutOfDate({ sight, namespace }: PdbView, pod: KubernetesObject, obstacles: readonly Obstacle[]): boolean {
  const terms = listAt(pod, 'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution');
  const isCountable = terms.every(
    (term) =>
      textAt(term, 'topologyKey') === 'kubernetes.io/hostname' &&
      listAt(term, 'namespaces').length === 0 &&
      at(term, 'namespaceSelector') === undefined,
  );
  if (terms.length === 0 || !isCountable) return false;
  const kept = obstacles
    .filter(({ words }) => words.includes("didn't match pod anti-affinity rules"))
    .reduce((sum, { nodes }) => sum + nodes, 0);
  const keepers = sight
    .list(kinds.Pod, namespace)
    .filter(
      (one) => !hasEnded(one) && terms.some((term) => selects(at(term, 'labelSelector'), one.metadata.labels ?? {})),
    );
  return kept > new Set(keepers.map(nodeOf).filter((node) => node !== '')).size;
}
