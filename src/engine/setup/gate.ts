import { isEqual } from '../../core/equal.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../core/kubernetes/object.ts';
import { digestOf } from '../../core/manifests/digest.ts';
import {
  type Gate,
  gateFacts,
  type Memory,
  memoryName,
  memoryObject,
  readMemory,
} from '../../core/setup/applying/memory.ts';
import type { GateFacts, VerifyFacts } from '../../core/setup/effect.ts';
import { type EnvironmentName, namespaces, type Settings } from '../../core/setup/settings.ts';
import { type Occasion, sendAll } from './apply.ts';
import type { Cluster, Emit, SetupPorts } from './ports.ts';

/** What an environment remembers now, or why that cannot be read. */
async function lookMemory(
  { reader }: Cluster,
  environment: EnvironmentName,
  signal: AbortSignal,
): Promise<
  | { readonly ok: true; readonly object: KubernetesObject | undefined; readonly memory: Memory | undefined }
  | { readonly ok: false; readonly because: string }
> {
  const answer = await reader.look(
    { at: 'get', kind: kinds.ConfigMap, name: memoryName, namespace: namespaces[environment] },
    signal,
  );
  if (!answer.ok)
    return answer.why === 'not-found'
      ? { ok: true, object: undefined, memory: undefined }
      : { ok: false, because: answer.detail };
  return { ok: true, object: answer.value, memory: readMemory(answer.value) };
}

export async function readGate(cluster: Cluster, digest: string, signal: AbortSignal): Promise<GateFacts> {
  const seen = await lookMemory(cluster, 'staging', signal);
  if (!seen.ok)
    return {
      state: 'not-looked',
      because: `what staging remembers could not be read: ${seen.because}.`,
      at: null,
      digest: null,
    };
  return gateFacts(seen.memory, digest);
}

export type Remembered = {
  readonly environment: EnvironmentName;
  readonly settings: Settings;
  readonly objects: readonly KubernetesObject[];
  readonly gateDigest: string;
  /** Undefined where nothing was verified: a gate that was passed with this very version stays. */
  readonly verified: VerifyFacts | undefined;
};

/** Keeps what stands and what it passed. With nothing new nothing is sent, so that a second run changes nothing. */
export async function remember(
  ports: SetupPorts,
  cluster: Cluster,
  occasion: Occasion,
  what: Remembered,
  emit: Emit,
  signal: AbortSignal,
): Promise<GateFacts> {
  const seen = await lookMemory(cluster, what.environment, signal);
  if (!seen.ok)
    return {
      state: 'not-looked',
      because: `what it remembers could not be read: ${seen.because}.`,
      at: null,
      digest: null,
    };
  const memory: Memory = {
    inventory: what.objects.map(refTo),
    digest: digestOf(what.objects, ports.hash),
    gateDigest: what.gateDigest,
    image: what.settings.image,
    gate: gateNow(ports, what, seen.memory?.gate ?? null),
  };
  if (!isEqual(memory, seen.memory)) {
    const object = memoryObject(what.environment, memory);
    const sent = await sendAll(ports, cluster, occasion, [{ object, live: seen.object, force: false }], emit, signal);
    if (sent.outcome === 'stopped')
      return { state: 'not-looked', because: sent.because ?? 'refused.', at: null, digest: null };
  }
  return gateFacts(memory, what.gateDigest);
}

function gateNow(ports: SetupPorts, { verified, gateDigest }: Remembered, before: Gate | null): Gate | null {
  const same = before?.digest === gateDigest ? before : null;
  if (verified === undefined) return same;
  if (!verified.passed) return null;
  const notLooked = verified.checks.filter(({ state }) => state === 'not-looked').map(({ id }) => id);
  // When it was passed first is what counts; that it passes still is no news.
  if (same !== null && isEqual(same.notLooked, notLooked)) return same;
  return { digest: gateDigest, passedAt: ports.clock.now().toISOString(), notLooked };
}
