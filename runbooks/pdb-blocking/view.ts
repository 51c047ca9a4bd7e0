import type { Fetched } from '../../src/core/fetched.ts';
import { scalersOf } from '../../src/core/kubernetes/autoscaling.ts';
import { covers } from '../../src/core/kubernetes/eviction.ts';
import { at, textAt } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { EvictionAnswer } from '../../src/core/look-answers.ts';
import type { Sight } from '../../src/core/sight.ts';
import {
  hasEnded,
  isOfTemplate,
  isReady,
  isRollingOut,
  isTerminating,
  nodeOf,
  podsOfSets,
  revisionOf,
  wantedOf,
} from './workload.ts';

/** What pdb-blocking's detectors see: a Deployment, its pods, and the budgets over them. Everything is read when asked for. */
export type PdbView = {
  readonly sight: Sight;
  readonly namespace: string;
  /** Undefined where the target does not exist. */
  readonly deployment: KubernetesObject | undefined;
  /** How many pods it wants. */
  readonly wanted: number;
  /**
   * The kind of trouble, decided before all else: while a rollout is under way no budget can be what holds it, since budgets limit
   * evictions only.
   */
  readonly isRollingOut: boolean;
  /** The Deployment's ReplicaSets, the newest first. */
  readonly sets: () => readonly KubernetesObject[];
  /** The one of the present template. */
  readonly newSet: () => KubernetesObject | undefined;
  /** The Deployment's pods that have not ended, terminating ones among them. */
  readonly pods: () => readonly KubernetesObject[];
  /** Those that are not terminating. */
  readonly living: () => readonly KubernetesObject[];
  /** The budgets that select the Deployment's pods. */
  readonly budgets: () => readonly KubernetesObject[];
  /** All pods of the namespace that a budget selects and that have not ended. */
  readonly selected: (budget: KubernetesObject) => readonly KubernetesObject[];
  /** The one budget over the Deployment's pods and over no other workload's: only of such a one a sum can be shown. */
  readonly ownBudget: () => KubernetesObject | undefined;
  /** The autoscalers of the Deployment. */
  readonly scalers: () => readonly KubernetesObject[];
  /** Nodes that are cordoned and hold pods of the Deployment: what a drain looks like from here. */
  readonly drained: () => readonly Drained[];
  /** What was answered to the evictions that were tried. */
  readonly tried: () => readonly Tried[];
};

export type Drained = { readonly node: KubernetesObject; readonly pods: readonly KubernetesObject[] };
export type Tried = { readonly pod: KubernetesObject; readonly answer: Fetched<EvictionAnswer> };

export function pdbViewOf(sight: Sight): PdbView {
  const namespace = sight.target.namespace ?? '';
  const deployment = sight
    .list(kinds.Deployment, namespace)
    .find(({ metadata }) => metadata.name === sight.target.name);
  const sets = () =>
    deployment
      ? sight
          .list(kinds.ReplicaSet, namespace)
          .filter((set) => isOwnedBy(set, deployment))
          .toSorted((a, b) => revisionOf(b) - revisionOf(a))
      : [];
  const pods = () => podsOfSets(sight.list(kinds.Pod, namespace), sets());
  const living = () => pods().filter((pod) => !isTerminating(pod));
  const budgets = () => {
    const all = sight.list(kinds.PodDisruptionBudget, namespace);
    return all.filter((budget) => isOver(budget, deployment, pods()));
  };
  const selected = (budget: KubernetesObject) =>
    sight.list(kinds.Pod, namespace).filter((pod) => !hasEnded(pod) && covers(budget, pod));
  return {
    sight,
    namespace,
    deployment,
    wanted: wantedOf(deployment),
    get isRollingOut() {
      return deployment !== undefined && isRollingOut(deployment, sets);
    },
    sets,
    newSet: () => deployment && sets().find((set) => isOfTemplate(set, deployment)),
    pods,
    living,
    budgets,
    selected,
    ownBudget: () => {
      const [budget, ...others] = budgets();
      const own = pods();
      return budget && others.length === 0 && selected(budget).every((pod) => own.includes(pod)) ? budget : undefined;
    },
    scalers: () => scalersOf(deployment, sight.list(kinds.HorizontalPodAutoscaler, namespace)),
    drained: () => {
      const own = pods();
      return sight
        .list(kinds.Node)
        .filter((node) => at(node, 'spec.unschedulable') === true)
        .map((node) => ({ node, pods: own.filter((pod) => nodeOf(pod) === node.metadata.name) }))
        .filter((item) => item.pods.length > 0);
    },
    tried: () =>
      evictionsToTry(living(), cordonedNames(sight)).map((pod) => ({
        pod,
        answer: sight.try(evictionOf(pod)),
      })),
  };
}

export const evictionOf = ({ metadata }: KubernetesObject) =>
  ({
    at: 'evict',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
  }) as const;

/** Names of the cordoned nodes, where nodes may be seen. */
export function cordonedNames(sight: Sight): readonly string[] {
  const nodes = sight.tryList(kinds.Node);
  return nodes.ok
    ? nodes.value.filter((node) => at(node, 'spec.unschedulable') === true).map(({ metadata }) => metadata.name)
    : [];
}

/**
 * Of the Deployment's pods a ready one and one that is not: evictions of the others are answered alike. Those on a cordoned node come
 * first, since it is they that a drain wants to be gone.
 */
export function evictionsToTry(
  living: readonly KubernetesObject[],
  cordoned: readonly string[],
): readonly KubernetesObject[] {
  const running = living
    .filter((pod) => textAt(pod, 'status.phase') === 'Running')
    .toSorted((a, b) => Number(cordoned.includes(nodeOf(b))) - Number(cordoned.includes(nodeOf(a))));
  return [running.find(isReady), running.find((pod) => !isReady(pod))].filter((pod) => pod !== undefined);
}

/** Whether a budget is over the Deployment: by its pods, or by the labels of its template where there are no pods. */
function isOver(
  budget: KubernetesObject,
  deployment: KubernetesObject | undefined,
  pods: readonly KubernetesObject[],
): boolean {
  if (pods.length > 0) return pods.some((pod) => covers(budget, pod));
  const labels = at(deployment, 'spec.template.metadata.labels');
  const { namespace = '', name } = budget.metadata;
  const like = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels } } as KubernetesObject;
  return deployment !== undefined && covers(budget, like);
}
