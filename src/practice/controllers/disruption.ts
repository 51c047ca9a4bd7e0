import { budgetOf } from '../../core/kubernetes/budget.ts';
import { at, condition, numberAt, textAt } from '../../core/kubernetes/field.ts';
import { type Kind, kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { selects } from '../../core/kubernetes/selectors.ts';
import { isMap, same } from '../json.ts';
import { statusOf, withCondition } from './status.ts';
import { type Controller, earliest, idle, joined, later, type Turn, type View } from './turn.ts';

const by = 'controllermanager';
/** How long an evicted pod is counted as gone although it is not. */
const evictedSeconds = 120;

/** Works out what each PodDisruptionBudget allows (kubernetes, pkg/controller/disruption). */
export const disruption: Controller = {
  name: by,
  reconcile: (view) => joined(view.of(kinds.PodDisruptionBudget).map((budget) => budgetOne(view, budget))),
};

function budgetOne(view: View, budget: KubernetesObject): Turn {
  const { namespace } = budget.metadata;
  const isOurs = (pod: KubernetesObject): boolean => covers(budget, pod);
  const pods = view.of(kinds.Pod, namespace).filter(isOurs);
  const owners = ownersOf(view, pods);
  const stirred = view.isStirred(budget) || view.stirred(kinds.Pod, isOurs) || owners.some(view.isStirred);
  if (!stirred || isPassedOver(view, budget, pods)) return idle;
  const disrupted = disruptedOf(view, budget, pods);
  const healthy = pods.filter(
    (pod) =>
      condition(pod, 'Ready')?.status === 'True' &&
      pod.metadata.deletionTimestamp === undefined &&
      !(pod.metadata.name in disrupted.pods),
  ).length;
  const scale = owners.reduce((sum, owner) => sum + (numberAt(owner, 'spec.replicas') ?? 0), 0);
  const spec = isMap(budget['spec']) ? budget['spec'] : {};
  const sum = budgetOf(spec, { matched: pods.length, scale, healthy });
  const { disruptedPods: _, ...rest } = statusOf(budget);
  const status = withCondition(
    {
      ...rest,
      currentHealthy: healthy,
      ...sum,
      observedGeneration: budget.metadata.generation,
      ...(Object.keys(disrupted.pods).length > 0 ? { disruptedPods: disrupted.pods } : {}),
    },
    {
      type: 'DisruptionAllowed',
      status: sum.disruptionsAllowed > 0 ? 'True' : 'False',
      reason: sum.disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
      message: '',
      observedGeneration: budget.metadata.generation,
    },
    view.now,
  );
  return {
    writes: same(status, statusOf(budget)) ? [] : [{ do: 'status', object: budget, status, by }],
    due: disrupted.due,
  };
}

const covers = ({ metadata, ...budget }: KubernetesObject, pod: KubernetesObject): boolean =>
  pod.metadata.namespace === metadata.namespace && selects(at(budget, 'spec.selector'), pod.metadata.labels ?? {});

/**
 * A pod's changes are counted by one of its budgets only, whichever is found first: here by name, by chance in the real one. The
 * others' numbers stay as they are until they are changed themselves.
 */
function isPassedOver(view: View, budget: KubernetesObject, pods: readonly KubernetesObject[]): boolean {
  const { name, namespace, generation } = budget.metadata;
  if (numberAt(budget, 'status.observedGeneration') !== generation) return false;
  const before = view.of(kinds.PodDisruptionBudget, namespace).filter(({ metadata }) => metadata.name < name);
  return pods.length > 0 && pods.every((pod) => before.some((other) => covers(other, pod)));
}

/** What controls the pods in the end: a Deployment rather than its ReplicaSets. */
function ownersOf(view: View, pods: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const found = pods.flatMap((pod) => {
    const owner = controllerOf(view, pod);
    return owner ? [(owner.kind === 'ReplicaSet' && controllerOf(view, owner)) || owner] : [];
  });
  return [...new Map(found.map((owner) => [owner.metadata.uid, owner])).values()];
}

function controllerOf(view: View, object: KubernetesObject): KubernetesObject | undefined {
  const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
  const scaled: readonly Kind[] = [kinds.ReplicaSet, kinds.Deployment, kinds.StatefulSet];
  const kind = scaled.find((item) => item.kind === owner?.kind);
  const held = kind && owner ? view.get(kind, object.metadata.namespace, owner.name) : undefined;
  return held?.metadata.uid === owner?.uid ? held : undefined;
}

/** Evicted pods that are still there and not marked yet; after two minutes they count again. */
function disruptedOf(
  view: View,
  budget: KubernetesObject,
  pods: readonly KubernetesObject[],
): { readonly pods: Readonly<Record<string, string>>; readonly due: Date | undefined } {
  const held = at(budget, 'status.disruptedPods');
  const entries = Object.entries(isMap(held) ? held : {}).flatMap(([name, since]) => {
    const until = later(new Date(String(since)), evictedSeconds);
    const isThere = pods.some((pod) => pod.metadata.name === name && pod.metadata.deletionTimestamp === undefined);
    return isThere && until > view.now && textAt({ since }, 'since') !== undefined
      ? [{ name, since: String(since), until }]
      : [];
  });
  return {
    pods: Object.fromEntries(entries.map(({ name, since }) => [name, since])),
    due: earliest(...entries.map(({ until }) => until)),
  };
}
