import { objectsOf } from '../../core/deploy/applied-set.ts';
import type { Memory } from '../../core/deploy/memory.ts';
import { kindOf } from '../../core/kubernetes/kinds.ts';
import { type KubernetesObject, type ObjectRef, refTo } from '../../core/kubernetes/object.ts';
import { ownerElsewhere } from '../../core/kubernetes/owner-elsewhere.ts';
import type { Hash } from '../../core/manifests/hash.ts';
import { liveOf, nameOf } from './plan.ts';
import type { Cluster } from './ports.ts';

/** What an earlier set brought, this one has not, and is still there. */
export type Leftover = {
  readonly object: string;
  readonly live: KubernetesObject;
  /** Why it is not deleted, also where that is asked for; null where it may be. */
  readonly kept: string | null;
};

/**
 * Only what was applied by this tool counts. Secrets do not: pods of an earlier set refer to them, and a rollback needs them. What belongs
 * to the cluster as a whole may serve the other environment.
 */
export async function leftoversOf(
  cluster: Pick<Cluster, 'reader'>,
  memory: Memory | undefined,
  objects: readonly KubernetesObject[],
  hash: Hash,
  signal: AbortSignal,
): Promise<readonly Leftover[]> {
  const wanted = new Set(objects.map((object) => keyOf(refTo(object))));
  const before = memory === undefined ? [] : everApplied(memory, hash);
  const gone = [...new Map(before.map((ref) => [keyOf(ref), ref])).values()].filter(
    (ref) => !wanted.has(keyOf(ref)) && !['Secret', 'Namespace'].includes(ref.kind) && kindOf(ref) !== undefined,
  );
  const found = await Promise.all(gone.map((ref) => liveOf(cluster, asObject(ref), signal)));
  return found.flatMap((live) => {
    if (live === undefined || live.metadata.deletionTimestamp !== undefined) return [];
    const owner = ownerElsewhere(live);
    const kept =
      owner !== undefined
        ? `it belongs to ${owner} now`
        : live.metadata.namespace === undefined
          ? 'it belongs to the whole cluster, and the other environment may need it'
          : null;
    return [{ object: nameOf(live), live, kept }];
  });
}

const everApplied = (memory: Memory, hash: Hash): readonly ObjectRef[] => [
  ...memory.inventory,
  ...memory.sets.flatMap((set) => (objectsOf(set, memory.objects, hash) ?? []).map(refTo)),
];

const keyOf = ({ apiVersion, kind, namespace = '', name }: ObjectRef): string =>
  `${apiVersion}/${kind}/${namespace}/${name}`;

const asObject = ({ apiVersion, kind, namespace, name }: ObjectRef): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});
