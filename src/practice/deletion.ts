import { type Kind, kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { notInPractice, preconditionFailed } from './api-status.ts';
import { type Cluster, timeText } from './cluster.ts';
import { knownKind } from './store.ts';

export type DeleteOptions = {
  readonly dryRun: boolean;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: string;
  readonly graceSeconds?: number;
};

/**
 * Deletes an object, or, where a finalizer or a running pod stands in the way, marks it. Tells the object where it is still there.
 * Dependents go with their last owner.
 */
export function remove(
  cluster: Cluster,
  kind: Kind,
  object: KubernetesObject,
  options: DeleteOptions,
): KubernetesObject | undefined {
  const { name, uid = '', resourceVersion = '' } = object.metadata;
  if (options.uid !== undefined && options.uid !== uid) throw preconditionFailed(kind, name, 'UID', options.uid, uid);
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    throw preconditionFailed(kind, name, 'ResourceVersion', options.resourceVersion, resourceVersion);
  }
  if (options.propagation === 'Foreground') throw notInPractice('foreground deletion');
  if (options.dryRun) return undefined;
  if (options.propagation === 'Orphan') disown(cluster, object);
  if (kind.kind === 'Namespace')
    for (const item of contentsOf(cluster, name)) remove(cluster, knownKind(item), item, { dryRun: false });
  if (mayGo(cluster, object, options)) {
    drop(cluster, kind, cluster.store.get(kind, object.metadata.namespace, name) ?? object);
    return undefined;
  }
  const held = cluster.store.get(kind, object.metadata.namespace, name) ?? object;
  if (held.metadata.deletionTimestamp !== undefined) return held;
  const grace = graceOf(object, options);
  return cluster.store.put(kind, {
    ...held,
    metadata: {
      ...held.metadata,
      deletionTimestamp: timeText(new Date(cluster.now().getTime() + grace * 1000)),
      deletionGracePeriodSeconds: grace,
    },
    ...(kind.kind === 'Namespace' ? { status: { phase: 'Terminating' } } : {}),
  });
}

/** Drops an object that was marked and waits for nothing any more. */
export function dropFinished(cluster: Cluster, kind: Kind, object: KubernetesObject): void {
  if (
    object.metadata.deletionTimestamp !== undefined &&
    kind.kind !== 'Pod' &&
    mayGo(cluster, object, { dryRun: false })
  )
    drop(cluster, kind, object);
}

function mayGo(cluster: Cluster, object: KubernetesObject, options: DeleteOptions): boolean {
  if ((object.metadata.finalizers ?? []).length > 0) return false;
  if (object.kind === 'Namespace') return contentsOf(cluster, object.metadata.name).length === 0;
  // A pod on a node is ended by its kubelet; one without a node has nobody to wait for.
  return object.kind !== 'Pod' || graceOf(object, options) === 0;
}

function graceOf(object: KubernetesObject, { graceSeconds }: DeleteOptions): number {
  if (object.kind !== 'Pod') return 0;
  const spec = object['spec'] as
    | { readonly nodeName?: string; readonly terminationGracePeriodSeconds?: number }
    | undefined;
  return spec?.nodeName === undefined ? 0 : (graceSeconds ?? spec.terminationGracePeriodSeconds ?? 30);
}

export function drop(cluster: Cluster, kind: Kind, object: KubernetesObject): void {
  cluster.store.drop(kind, object);
  for (const dependent of cluster.store.all()) {
    const owners = dependent.metadata.ownerReferences ?? [];
    if (!owners.some(({ uid }) => uid === object.metadata.uid)) continue;
    const left = owners.filter(({ uid }) => cluster.store.all().some((item) => item.metadata.uid === uid));
    if (left.length === 0) remove(cluster, knownKind(dependent), dependent, { dryRun: false });
    else
      cluster.store.put(knownKind(dependent), {
        ...dependent,
        metadata: { ...dependent.metadata, ownerReferences: left },
      });
  }
  const namespace =
    object.metadata.namespace && cluster.store.get(kinds.Namespace, undefined, object.metadata.namespace);
  if (namespace) dropFinished(cluster, kinds.Namespace, namespace);
}

function disown(cluster: Cluster, owner: KubernetesObject): void {
  for (const dependent of cluster.store.all()) {
    const owners = dependent.metadata.ownerReferences ?? [];
    const left = owners.filter(({ uid }) => uid !== owner.metadata.uid);
    if (left.length === owners.length) continue;
    const { ownerReferences: _, ...metadata } = dependent.metadata;
    cluster.store.put(knownKind(dependent), {
      ...dependent,
      metadata: left.length > 0 ? { ...metadata, ownerReferences: left } : metadata,
    });
  }
}

const contentsOf = (cluster: Cluster, namespace: string): readonly KubernetesObject[] =>
  cluster.store.all().filter((item) => item.metadata.namespace === namespace);
