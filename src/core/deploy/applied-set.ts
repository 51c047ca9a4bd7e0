import { z } from 'zod';
import { isEqual } from '../equal.ts';
import type { KubernetesObject, ObjectRef } from '../kubernetes/object.ts';
import { canonical, digestOf } from '../manifests/digest.ts';
import type { Hash } from '../manifests/hash.ts';

export const refSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
});

export const appliedSetSchema = z.object({
  number: z.int().min(1),
  at: z.string(),
  by: z.string(),
  digest: z.string(),
  gateDigest: z.string(),
  image: z.string(),
  revision: z.string().nullable(),
  from: z.int().nullable(),
  overridden: z.string().nullable(),
  objects: z.array(z.string()),
  secrets: z.array(refSchema),
});

/** One set of manifests that was applied whole. */
export type AppliedSet = {
  readonly number: number;
  readonly at: string;
  /** The local user who applied it. */
  readonly by: string;
  /** Of all its objects but Secrets. */
  readonly digest: string;
  readonly gateDigest: string;
  readonly image: string;
  /** The Deployment's revision once it stood; null where that was not seen. */
  readonly revision: string | null;
  /** The number of the set that a rollback returned to. */
  readonly from: number | null;
  /** Why the gate was overridden for it. */
  readonly overridden: string | null;
  /** Digests of its objects, in the order to apply them. */
  readonly objects: readonly string[];
  /** Secrets by name only: the name holds a hash of the values, so an old one is recognised where it is still there. */
  readonly secrets: readonly ObjectRef[];
};

export type Sets = {
  readonly sets: readonly AppliedSet[];
  readonly objects: Readonly<Record<string, KubernetesObject>>;
};

const mostSets = 10;
/** A ConfigMap holds a mebibyte; the rest of the memory needs some of it. */
const mostBytes = 700_000;

const digestOfOne = (object: KubernetesObject, hash: Hash): string => hash(canonical(object));

/** The sets with this one as the last. The same as the last one is no new set; what is too old or too much is dropped, the oldest first. */
export function withSet(
  before: Sets,
  objects: readonly KubernetesObject[],
  about: Pick<AppliedSet, 'at' | 'by' | 'gateDigest' | 'image' | 'revision' | 'from' | 'overridden' | 'secrets'>,
  hash: Hash,
): Sets {
  const plain = objects.filter(({ kind }) => kind !== 'Secret');
  const digest = digestOf(objects, hash);
  const last = before.sets.at(-1);
  const isSame = last !== undefined && last.digest === digest && isEqual(last.secrets, about.secrets);
  const set: AppliedSet = isSame
    ? { ...last, revision: about.revision ?? last.revision }
    : {
        ...about,
        number: (last?.number ?? 0) + 1,
        digest,
        objects: plain.map((object) => digestOfOne(object, hash)),
      };
  const all = { ...before.objects, ...Object.fromEntries(plain.map((object) => [digestOfOne(object, hash), object])) };
  return fitting([...(isSame ? before.sets.slice(0, -1) : before.sets), set].slice(-mostSets), all);
}

function fitting(sets: readonly AppliedSet[], all: Sets['objects']): Sets {
  const needed = new Set(sets.flatMap(({ objects }) => objects));
  const objects = Object.fromEntries(
    Object.entries(all)
      .filter(([digest]) => needed.has(digest))
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
  // A set that is too large by itself is remembered without its objects: there is no way back to it, and that is said.
  if (new TextEncoder().encode(JSON.stringify(objects)).length <= mostBytes) return { sets, objects };
  return sets.length > 1 ? fitting(sets.slice(1), all) : { sets, objects: {} };
}

/** The objects of a set, or undefined where one is missing or not as it was applied: somebody edited the memory. */
export function objectsOf(
  set: AppliedSet,
  objects: Sets['objects'],
  hash: Hash,
): readonly KubernetesObject[] | undefined {
  const found = set.objects.map((digest) => (Object.hasOwn(objects, digest) ? objects[digest] : undefined));
  return found.every((object, place) => object !== undefined && digestOfOne(object, hash) === set.objects[place])
    ? (found as readonly KubernetesObject[])
    : undefined;
}
