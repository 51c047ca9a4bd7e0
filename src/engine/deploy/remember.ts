import { withSet } from '../../core/deploy/applied-set.ts';
import { type Gate, gateFacts, type Memory, memoryName, memoryObject, readMemory } from '../../core/deploy/memory.ts';
import { revisionOf } from '../../core/deploy/secret-in-use.ts';
import { isEqual } from '../../core/equal.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import { type KubernetesObject, type ObjectRef, refTo } from '../../core/kubernetes/object.ts';
import { digestOf } from '../../core/manifests/digest.ts';
import type { GateFacts, PlanFacts, VerifyFacts } from '../../core/setup/effect.ts';
import { type EnvironmentName, namespaces } from '../../core/setup/settings.ts';
import { applying, type ChangeSet } from './change-set.ts';
import { nameOf } from './live-of.ts';
import type { Cluster, DeployPorts } from './ports.ts';

type Seen =
  | { readonly ok: true; readonly object: KubernetesObject | undefined; readonly memory: Memory | undefined }
  | { readonly ok: false; readonly because: string; readonly needs: string | undefined };

/** What an environment remembers now, or why that cannot be read. */
export async function lookMemory(
  { reader }: Pick<Cluster, 'reader'>,
  environment: EnvironmentName,
  signal: AbortSignal,
): Promise<Seen> {
  const answer = await reader.look(
    { at: 'get', kind: kinds.ConfigMap, name: memoryName, namespace: namespaces[environment] },
    signal,
  );
  if (!answer.ok)
    return answer.why === 'not-found'
      ? { ok: true, object: undefined, memory: undefined }
      : { ok: false, because: answer.detail, needs: answer.needs };
  return { ok: true, object: answer.value, memory: readMemory(answer.value) };
}

/** What was applied and is not remembered cannot be rolled back: whoever may not write it is told before anything is applied. */
export async function refusedToRemember(
  { writer }: Pick<Cluster, 'writer'>,
  environment: EnvironmentName,
  signal: AbortSignal,
): Promise<PlanFacts['blocked']> {
  const object = memoryObject(environment, nothingYet);
  const sent = await writer.send({ do: 'apply', object }, { dryRun: true }, signal);
  // Its namespace may be yet to come; and whoever else wrote it is seen when it is written.
  if (sent.ok || sent.why !== 'forbidden') return [];
  const needs = sent.needs === undefined ? '' : ` (needs ${sent.needs})`;
  return [{ object: nameOf(object), because: `${sent.detail}${needs}`, why: 'forbidden', diff: null }];
}

const nothingYet: Memory = {
  inventory: [],
  digest: '',
  gateDigest: '',
  image: '',
  gate: null,
  sets: [],
  objects: {},
};

const unseen = (because: string): GateFacts => ({ state: 'not-looked', because, at: null, digest: null });

export async function readGate(
  cluster: Pick<Cluster, 'reader'>,
  digest: string,
  signal: AbortSignal,
): Promise<GateFacts> {
  const seen = await lookMemory(cluster, 'staging', signal);
  if (!seen.ok) return unseen(`what staging remembers could not be read: ${seen.because}.`);
  return gateFacts(seen.memory, digest);
}

export type Remembered = {
  readonly environment: EnvironmentName;
  readonly image: string;
  readonly objects: readonly KubernetesObject[];
  /** Secrets that the set refers to and does not hold: an earlier set is kept without them. */
  readonly keptSecrets?: readonly ObjectRef[];
  readonly gateDigest: string;
  /** Undefined where nothing was verified: a gate that was passed with this very version stays. */
  readonly verified: VerifyFacts | undefined;
  /** What an earlier set had, this one has not, and is still there. Undefined where nobody looked for it. */
  readonly leftovers?: readonly ObjectRef[];
  readonly revision?: string | null;
  readonly from?: number;
  readonly overridden?: string | undefined;
};

/** Keeps what stands and what it passed. With nothing new nothing is sent, so that a second run changes nothing. */
export async function remember(
  ports: DeployPorts,
  cluster: Cluster,
  changes: ChangeSet,
  what: Remembered,
  signal: AbortSignal,
): Promise<GateFacts> {
  const seen = await lookMemory(cluster, what.environment, signal);
  if (!seen.ok) return unseen(`what it remembers could not be read: ${seen.because}.`);
  const memory = memoryOf(ports, cluster.clock.now(), what, seen.memory);
  if (!isEqual(memory, seen.memory)) {
    const object = memoryObject(what.environment, memory);
    // It is this tool's alone, and says so: what somebody edited in it does not stay.
    const sent = await changes.send([applying({ object, live: seen.object, force: true })]);
    if (sent.outcome === 'stopped') return unseen(sent.because ?? 'refused.');
  }
  return gateFacts(memory, what.gateDigest);
}

function memoryOf(ports: DeployPorts, now: Date, what: Remembered, before: Memory | undefined): Memory {
  const { objects, image, gateDigest, keptSecrets = [] } = what;
  const stands = [...objects.map(refTo), ...keptSecrets];
  // Who did not look for what earlier sets left does not forget it either.
  const leftovers =
    what.leftovers ?? (before?.inventory ?? []).filter((ref) => !stands.some((one) => isEqual(one, ref)));
  const secrets = [...objects.filter(({ kind }) => kind === 'Secret').map(refTo), ...keptSecrets];
  const about = {
    at: now.toISOString(),
    by: ports.localUser,
    gateDigest,
    image,
    revision: what.revision ?? null,
    from: what.from ?? null,
    overridden: what.overridden ?? null,
    secrets,
  };
  return {
    inventory: [...stands, ...leftovers],
    digest: digestOf(objects, ports.hash),
    gateDigest,
    image,
    gate: gateNow(now, what, before?.gate ?? null),
    ...withSet({ sets: before?.sets ?? [], objects: before?.objects ?? {} }, objects, about, ports.hash),
  };
}

function gateNow(now: Date, { verified, gateDigest }: Remembered, before: Gate | null): Gate | null {
  const same = before?.digest === gateDigest ? before : null;
  if (verified === undefined) return same;
  if (!verified.passed) return null;
  const notLooked = verified.checks.filter(({ state }) => state === 'not-looked').map(({ id }) => id);
  // When it was passed first is what counts; that it passes still is no news.
  if (same !== null && isEqual(same.notLooked, notLooked)) return same;
  return { digest: gateDigest, passedAt: now.toISOString(), notLooked };
}

/** The revision that the Deployment is at; null where that cannot be seen. */
export async function revisionNow(
  { reader }: Pick<Cluster, 'reader'>,
  environment: EnvironmentName,
  signal: AbortSignal,
): Promise<string | null> {
  const found = await reader.look(
    { at: 'get', kind: kinds.Deployment, name: 'auth-service', namespace: namespaces[environment] },
    signal,
  );
  return found.ok ? (revisionOf(found.value) ?? null) : null;
}
