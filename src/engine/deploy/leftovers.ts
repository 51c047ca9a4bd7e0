import { goneSince, setThatNeeds, userOfSecret } from '../../core/deploy/gone.ts';
import type { Memory } from '../../core/deploy/memory.ts';
import type { Fetched } from '../../core/fetched.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import { type KubernetesObject, type ObjectRef, refTo } from '../../core/kubernetes/object.ts';
import { ownerElsewhere } from '../../core/kubernetes/owner-elsewhere.ts';
import type { Hash } from '../../core/manifests/hash.ts';
import type { PlanFacts } from '../../core/setup/effect.ts';
import { type EnvironmentName, namespaces } from '../../core/setup/settings.ts';
import { deleting } from './change-set.ts';
import { liveOrForbidden, nameOf } from './live-of.ts';
import type { Cluster } from './ports.ts';

/** What an earlier set brought, this one has not, and is still there. */
export type Leftover = {
  readonly object: string;
  readonly ref: ObjectRef;
  /** Undefined where it may not be looked at: then it is kept. */
  readonly live: KubernetesObject | undefined;
  /** Why it is not deleted, also where that is asked for; null where it may be. */
  readonly kept: string | null;
};

/**
 * Only what was applied by this tool counts. What belongs to the cluster as a whole may serve the other environment, and an old Secret
 * what a rollback returns to.
 */
export async function leftoversOf(
  cluster: Pick<Cluster, 'reader'>,
  environment: EnvironmentName,
  memory: Memory | undefined,
  objects: readonly KubernetesObject[],
  hash: Hash,
  signal: AbortSignal,
): Promise<readonly Leftover[]> {
  if (memory === undefined) return [];
  const gone = goneSince(memory, objects, hash);
  const found = await Promise.all(gone.map((ref) => leftoverOf(cluster, memory, ref, signal)));
  const there = found.filter((one) => one !== undefined);
  const isDoubtful = ({ ref, kept }: Leftover): boolean => ref.kind === 'Secret' && kept === null;
  if (!there.some(isDoubtful)) return there;
  const userOf = await usersOfSecrets(cluster, environment, signal);
  return there.map((one) => (isDoubtful(one) ? { ...one, kept: userOf(one.ref.name) } : one));
}

async function leftoverOf(
  cluster: Pick<Cluster, 'reader'>,
  { sets }: Memory,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<Leftover | undefined> {
  const { apiVersion, kind, name, namespace } = ref;
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const object = nameOf({ kind, metadata });
  const live = await liveOrForbidden(cluster, { apiVersion, kind, metadata }, signal);
  if (live instanceof Error) return { object, ref, live: undefined, kept: [live.message, ...live.next].join(' ') };
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return undefined;
  return { object, ref: refTo(live), live, kept: keptFor(live, sets) };
}

function keptFor(live: KubernetesObject, sets: Memory['sets']): string | null {
  const owner = ownerElsewhere(live);
  if (owner !== undefined) return `it belongs to ${owner} now`;
  if (live.metadata.namespace === undefined)
    return 'it belongs to the whole cluster, and the other environment may need it';
  const set = live.kind === 'Secret' ? setThatNeeds(sets, refTo(live)) : undefined;
  return set === undefined ? null : `a rollback to set ${set.number} needs it`;
}

/** Pods and ReplicaSets of the namespace are asked once for all old Secrets. */
async function usersOfSecrets(
  { reader }: Pick<Cluster, 'reader'>,
  environment: EnvironmentName,
  signal: AbortSignal,
): Promise<(secret: string) => string | null> {
  const namespace = namespaces[environment];
  const [pods, replicaSets] = await Promise.all(
    [kinds.Pod, kinds.ReplicaSet].map(
      (kind): Promise<Fetched<readonly KubernetesObject[]>> => reader.look({ at: 'list', kind, namespace }, signal),
    ),
  );
  if (pods?.ok && replicaSets?.ok) return (secret) => userOfSecret(secret, pods.value, replicaSets.value) ?? null;
  const unread = [pods, replicaSets].flatMap((seen) => (seen === undefined || seen.ok ? [] : [seen]));
  const needs = unread.flatMap((seen) => seen.needs ?? []);
  const missing = needs.length > 0 ? ` (needs ${needs.join(', ')})` : '';
  return () =>
    `who still refers to it could not be looked at: ${unread.map(({ detail }) => detail).join(' ')}${missing}`;
}

/** Each deletion tried on the server without doing it, so that a refusal is known before anything is changed. */
export async function refusedDeletions(
  { writer }: Pick<Cluster, 'writer'>,
  leftovers: readonly Leftover[],
  signal: AbortSignal,
): Promise<PlanFacts['blocked']> {
  const tried = await Promise.all(
    leftovers.map(async ({ object, live, kept }): Promise<PlanFacts['blocked']> => {
      if (live === undefined) return [{ object, because: kept ?? '', why: 'forbidden', diff: null }];
      if (kept !== null) return [];
      const sent = await writer.send(deleting(live).change, { dryRun: true }, signal);
      if (sent.ok || sent.why === 'not-found') return [];
      const needs = sent.needs === undefined ? '' : ` (needs ${sent.needs})`;
      const why = sent.why === 'forbidden' ? 'forbidden' : 'refused';
      return [{ object, because: `${sent.detail}${needs}`, why, diff: null }];
    }),
  );
  return tried.flat();
}
