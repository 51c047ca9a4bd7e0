import { type Kind, type KindName, kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { Cluster } from './cluster.ts';
import { remove } from './deletion.ts';
import { isMap, merged, same } from './json.ts';
import { nextMain } from './next-object.ts';
import { create, store } from './writes.ts';

const by = { manager: 'kubectl-edit', dryRun: false };

/**
 * What somebody else does by hand: a merge patch of one object, its status too, or null to delete it; an object that is not there is
 * made. Named `Kind/name`, in `namespace` where that kind has one, or `Kind/namespace/name`.
 */
export function changeByHand(cluster: Cluster, named: string, namespace: string, patch: object | null): void {
  const { kind, where, name } = placeOf(named, namespace);
  const current = cluster.store.get(kind, where, name);
  if (patch === null) {
    if (current) remove(cluster, kind, current, { dryRun: false });
    return;
  }
  const identity = {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { name, ...(where === undefined ? {} : { namespace: where }) },
  };
  if (!current) create(cluster, kind, merged(identity, patch) as KubernetesObject, by);
  const base = current ?? cluster.store.get(kind, where, name);
  if (!base) return;
  const wanted = merged(base, patch) as KubernetesObject;
  const stored = store(cluster, kind, base, nextMain(cluster, kind, base, wanted), 'main', by);
  if (isMap(patch) && 'status' in patch && !same(stored['status'], wanted['status'])) {
    store(cluster, kind, stored, { ...stored, status: wanted['status'] }, 'status', by);
  }
}

function placeOf(
  named: string,
  namespace: string,
): { readonly kind: Kind; readonly where: string | undefined; readonly name: string } {
  const [kindName = '', ...rest] = named.split('/');
  const kind: Kind | undefined = kinds[kindName as KindName];
  const name = rest.at(-1);
  if (!kind || !name || rest.length > 2)
    throw new Error(`"${named}" names no object: write Kind/name or Kind/namespace/name`);
  return { kind, where: kind.namespaced ? (rest.length === 2 ? rest[0] : namespace) : undefined, name };
}
