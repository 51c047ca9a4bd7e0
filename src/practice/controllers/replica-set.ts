import { at, condition, numberAt, textAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { admit } from '../admission.ts';
import { ApiRefusal } from '../api-status.ts';
import { timeText } from '../cluster.ts';
import { isMap, type JsonMap, same } from '../json.ts';
import { ownerOf, statusOf } from './status.ts';
import { type Controller, earliest, joined, later, type Turn, type View, type Write } from './turn.ts';

const by = 'replicaset-controller';

/** Keeps as many pods as a ReplicaSet wants (kubernetes, pkg/controller/replicaset). */
export const replicaSets: Controller = {
  name: by,
  reconcile: (view) => joined(view.of(kinds.ReplicaSet).map((set) => replicateOne(view, set))),
};

const isOf = (object: KubernetesObject, owner: KubernetesObject): boolean =>
  object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;

function replicateOne(view: View, set: KubernetesObject): Turn {
  const pods = view.of(kinds.Pod, set.metadata.namespace).filter((pod) => isOf(pod, set));
  const { available, due } = availability(view, set, pods);
  const stirred =
    view.isStirred(set) || view.stirred(kinds.Pod, (pod) => isOf(pod, set)) || mayBeAdmittedNow(view, set);
  if (!stirred || set.metadata.deletionTimestamp !== undefined) return { writes: [] };
  const living = pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined &&
      !['Succeeded', 'Failed'].includes(textAt(pod, 'status.phase') ?? ''),
  );
  const wanted = numberAt(set, 'spec.replicas') ?? 1;
  const surplus = living
    .toSorted(
      (a, b) =>
        Number(isReady(a)) - Number(isReady(b)) ||
        Number(b.metadata.resourceVersion) - Number(a.metadata.resourceVersion),
    )
    .slice(0, Math.max(0, living.length - wanted));
  const made = Array.from({ length: Math.max(0, wanted - living.length) }, () => podOf(view, set));
  const refusal = made[0] && refusalOf(view, made[0]);
  const writes: Write[] = surplus.flatMap((pod): Write[] => [
    { do: 'delete', object: pod },
    eventOn(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`),
  ]);
  if (refusal === undefined)
    writes.push(
      ...made.flatMap((pod): Write[] => [
        { do: 'create', object: pod, by },
        eventOn(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`),
      ]),
    );
  if (writes.length > 0) return { writes };
  const status = statusFor(view, set, living, available, refusal);
  if (same(status, statusOf(set))) return { writes: [], due };
  const isNews = refusal !== undefined && condition(set, 'ReplicaFailure')?.status !== 'True';
  return {
    writes: [
      { do: 'status', object: set, status, by },
      ...(isNews ? [eventOn(set, 'Warning', 'FailedCreate', `Error creating: ${refusal}`)] : []),
    ],
    due,
  };
}

/** What a set was refused for has changed. The real one's back-off between two tries, up to a quarter of an hour, is not played. */
const mayBeAdmittedNow = (view: View, set: KubernetesObject): boolean =>
  condition(set, 'ReplicaFailure')?.status === 'True' &&
  [kinds.ResourceQuota, kinds.LimitRange, kinds.ServiceAccount].some((kind) =>
    view.stirred(kind, ({ metadata }) => metadata.namespace === set.metadata.namespace),
  );

const isReady = (pod: KubernetesObject): boolean => condition(pod, 'Ready')?.status === 'True';

/** A pod counts as available once it has been ready for minReadySeconds. */
function availability(
  view: View,
  set: KubernetesObject,
  pods: readonly KubernetesObject[],
): { readonly available: number; readonly due: Date | undefined } {
  const wait = numberAt(set, 'spec.minReadySeconds') ?? 0;
  const since = pods
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && isReady(pod))
    .map((pod) => later(condition(pod, 'Ready')?.lastTransitionTime ?? view.now, wait));
  return {
    available: since.filter((moment) => moment <= view.now).length,
    due: earliest(...since.filter((moment) => moment > view.now)),
  };
}

function podOf(view: View, set: KubernetesObject): KubernetesObject {
  const template: JsonMap = isMap(at(set, 'spec.template')) ? (at(set, 'spec.template') as JsonMap) : {};
  const metadata: JsonMap = isMap(template['metadata']) ? template['metadata'] : {};
  const name = set.metadata.name;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name: `${name}-${view.names.suffix()}`,
      generateName: `${name}-`,
      namespace: set.metadata.namespace ?? '',
      ownerReferences: [ownerOf(set)],
    },
    spec: template['spec'],
  };
}

function refusalOf(view: View, pod: KubernetesObject): string | undefined {
  try {
    admit(view, pod);
    return undefined;
  } catch (error) {
    if (error instanceof ApiRefusal) return error.message;
    throw error;
  }
}

function statusFor(
  view: View,
  set: KubernetesObject,
  living: readonly KubernetesObject[],
  available: number,
  refusal: string | undefined,
): JsonMap {
  const counts = {
    fullyLabeledReplicas: living.length,
    readyReplicas: living.filter(isReady).length,
    availableReplicas: available,
  };
  const held = condition(set, 'ReplicaFailure');
  const failure = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    // Each try has a pod of another name: the first one's stays.
    message: held?.status === 'True' ? held.message : refusal,
    lastTransitionTime: timeText(held?.lastTransitionTime ?? view.now),
  };
  return {
    replicas: living.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    observedGeneration: set.metadata.generation,
    ...(refusal === undefined ? {} : { conditions: [failure] }),
  };
}

const eventOn = (about: KubernetesObject, type: 'Normal' | 'Warning', reason: string, message: string): Write => ({
  do: 'event',
  about,
  type,
  reason,
  message,
  by,
});
