import { isEqual } from '../../src/core/equal.ts';
import { at, condition, listAt, numberAt, textAt, textMapAt } from '../../src/core/kubernetes/field.ts';
import { isOwnedBy, type KubernetesObject } from '../../src/core/kubernetes/object.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/** How many pods a Deployment wants; an absent number is 1 (apps/v1). */
export const wantedOf = (deployment: KubernetesObject | undefined): number =>
  numberAt(deployment, 'spec.replicas') ?? 1;

export const revisionOf = (set: KubernetesObject): number =>
  Number(textMapAt(set, 'metadata.annotations')[revisionAnnotation] ?? 0) || 0;

/**
 * Whether this ReplicaSet is made from the Deployment's present template: as the deployment controller compares them, without the hash
 * label. What the edge cuts away (values, arguments) is absent on both sides.
 */
export function isOfTemplate(set: KubernetesObject, deployment: KubernetesObject): boolean {
  return isEqual(withoutHash(at(set, 'spec.template')), withoutHash(at(deployment, 'spec.template')));
}

function withoutHash(template: unknown): unknown {
  if (template === null || typeof template !== 'object') return template;
  const { [hashLabel]: _, ...labels } = textMapAt(template, 'metadata.labels');
  const { creationTimestamp: __, ...metadata } = (at(template, 'metadata') ?? {}) as Record<string, unknown>;
  return { ...template, metadata: { ...metadata, labels } };
}

/**
 * Whether a rollout is under way, by the Deployment's own counts. "Progressing: NewReplicaSetAvailable" alone is no proof of an end: with
 * Recreate it stands, naming the old ReplicaSet, while old pods go (seen). Where the counts fit and pods are missing nevertheless, they
 * sickened after an end that was reached. Where the counts do not fit and one ReplicaSet has all to itself, a pod is being replaced: while
 * a ReplicaSet makes it, it counts one less (seen).
 */
export function isRollingOut(deployment: KubernetesObject, sets: () => readonly KubernetesObject[]): boolean {
  const count = (name: string): number => numberAt(deployment, `status.${name}`) ?? 0;
  const wanted = wantedOf(deployment);
  const isReached = condition(deployment, 'Progressing')?.reason === 'NewReplicaSetAvailable';
  if (count('observedGeneration') < (deployment.metadata.generation ?? 0)) return true;
  if (count('updatedReplicas') < wanted || count('replicas') > count('updatedReplicas'))
    return !isReached || !hasAllToItself(deployment, sets());
  return count('availableReplicas') < wanted && !isReached;
}

/** The ReplicaSet of the present template wants every pod, no other wants or has one, and none is refused. */
function hasAllToItself(deployment: KubernetesObject, sets: readonly KubernetesObject[]): boolean {
  const own = sets.find((set) => isOfTemplate(set, deployment));
  const isRefused = [own, deployment].some((object) => condition(object, 'ReplicaFailure')?.status === 'True');
  return (
    own !== undefined &&
    !isRefused &&
    wantedOf(own) >= wantedOf(deployment) &&
    sets.every((set) => set === own || (wantedOf(set) === 0 && (numberAt(set, 'status.replicas') ?? 0) === 0))
  );
}

export const hasEnded = (pod: KubernetesObject): boolean =>
  ['Succeeded', 'Failed'].includes(textAt(pod, 'status.phase') ?? '');

export const isTerminating = (pod: KubernetesObject): boolean => pod.metadata.deletionTimestamp !== undefined;

export const isReady = (pod: KubernetesObject): boolean => condition(pod, 'Ready')?.status === 'True';

/** Not placed on a node: the scheduler found none, or has not looked yet. */
export const isUnscheduled = (pod: KubernetesObject): boolean => textAt(pod, 'spec.nodeName') === undefined;

export const nodeOf = (pod: KubernetesObject): string => textAt(pod, 'spec.nodeName') ?? '';

export const podsOfSets = (
  pods: readonly KubernetesObject[],
  sets: readonly KubernetesObject[],
): readonly KubernetesObject[] => pods.filter((pod) => !hasEnded(pod) && sets.some((set) => isOwnedBy(pod, set)));

/** Why a pod is not ready, in its own words: what a container waits for or ended with, else its condition. */
export function ailmentOf(pod: KubernetesObject): { readonly path: string; readonly says: string } | undefined {
  if (isReady(pod)) return undefined;
  const scheduled = condition(pod, 'PodScheduled');
  if (scheduled?.status === 'False') return { path: scheduled.path, says: `${scheduled.reason}: ${scheduled.message}` };
  for (const field of ['initContainerStatuses', 'containerStatuses']) {
    for (const [place, status] of listAt(pod, `status.${field}`).entries()) {
      for (const state of ['waiting', 'terminated']) {
        const reason = textAt(status, `state.${state}.reason`);
        if (reason && reason !== 'Completed' && reason !== 'PodInitializing' && reason !== 'ContainerCreating')
          return {
            path: `status.${field}.${place}.state.${state}`,
            says: [reason, textAt(status, `state.${state}.message`)].filter(Boolean).join(': '),
          };
      }
    }
  }
  const ready = condition(pod, 'Ready');
  return ready
    ? { path: ready.path, says: `Ready ${ready.status} ${ready.reason}: ${ready.message}`.trim() }
    : { path: 'status.phase', says: textAt(pod, 'status.phase') ?? 'no status yet' };
}
