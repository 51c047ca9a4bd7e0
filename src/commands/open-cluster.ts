import { faceOf, mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { parseConnectTo, parseResolver } from '../core/addresses.ts';
import { clockLine } from '../core/clock-offset.ts';
import { parseDuration } from '../core/durations.ts';
import { type AnswerOf, isOutside, type Look, type Looker, type ManifestsLooker } from '../core/look.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { ClusterIdentity } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import { noManifests } from '../core/scenario-look.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import { type Connection, connect } from '../edges/cluster/connect.ts';
import { makeProbes, type Probes } from '../edges/probes/make-probes.ts';
import { journalsOf } from './change-log.ts';
import { isRelaxed, keepPuttingBack, putBackDue } from './put-back.ts';

export type OpenCluster = Connection & {
  readonly look: Looker;
  readonly identity: () => Promise<ClusterIdentity>;
  /** Ages are told by the API server's clock, which dated what is looked at, where this machine's is off. */
  readonly clock: Clock;
};

/** The cluster that kubectl would reach, and the world as seen from here. */
export async function openCluster(
  { options }: Invocation,
  io: Io,
  context = options.context,
  /** Whoever draws or writes while clusters are entered says it in its own place. */
  clockIs: 'said-here' | 'said-by-caller' = 'said-here',
): Promise<OpenCluster> {
  const connection = await connect({
    ...(context === undefined ? {} : { context }),
    ...(options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig }),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(options.as === undefined ? {} : { as: options.as }),
    ...(options['request-timeout'] === undefined
      ? {}
      : { requestTimeoutMs: parseDuration(options['request-timeout'], '--request-timeout') }),
    ...(options.prometheus === undefined ? {} : { prometheus: options.prometheus }),
    mayAsk: mayAsk(options, io),
    env: io.env as NodeJS.ProcessEnv,
  });
  const probes = makeProbes({
    resolvers: (options.resolver ?? []).map(parseResolver),
    connectTo: (options['connect-to'] ?? []).map(parseConnectTo),
  });
  const clock: Clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() + connection.aheadMs()) };
  const isDrawn = faceOf(options, io) === 'screens' && !io.errIsDrawn;
  const promises = await putBackHere(connection, clock, options, io, {
    now: isDrawn && clockIs === 'said-by-caller',
    later: isDrawn,
  });
  let isClockSaid = clockIs === 'said-by-caller';
  const sayClock = (): void => {
    const aheadMs = connection.aheadMs();
    if (isClockSaid || aheadMs === 0) return;
    isClockSaid = true;
    io.err(`${clockLine(aheadMs)}\n`);
  };
  return {
    ...connection,
    look: lookerOf(connection, probes),
    clock,
    identity: async () => {
      const identity = await connection.reader.identity(io.signal);
      if (!isDrawn) sayClock();
      return identity;
    },
    close: () => {
      sayClock();
      promises.end();
      connection.close();
    },
  };
}

/**
 * This is the one door to a cluster, so here is put back what was relaxed on it: what is overdue before all else, what comes due while
 * it stays open then. A dry run changes nothing. Screens are not written into: what is to be said there waits until they are closed.
 */
async function putBackHere(
  { reader, writer }: Connection,
  clock: Clock,
  options: Invocation['options'],
  io: Io,
  isDrawn: { readonly now: boolean; readonly later: boolean },
): Promise<{ readonly end: () => void }> {
  if (options['dry-run'] === 'server') return { end: () => undefined };
  const kept: string[] = [];
  // What cannot be put back stays so: it is looked at again, and said once.
  const told = new Set<string>();
  const once = (say: (line: string) => void) => (line: string) => {
    if (told.has(line)) return;
    told.add(line);
    say(line);
  };
  const tell = (line: string): void => io.err(`${line}\n`);
  const keep = (line: string): void => void kept.push(line);
  const place = { reader, writer, journals: journalsOf(io), clock };
  // Asked for what time it is there.
  if (await isRelaxed(place.journals)) await reader.identity(io.signal);
  await putBackDue({ ...place, say: once(isDrawn.now ? keep : tell) }, io.signal);
  const ending = new AbortController();
  void keepPuttingBack(
    { ...place, say: once(isDrawn.later ? keep : tell) },
    AbortSignal.any([ending.signal, io.signal]),
  );
  return {
    end: () => {
      ending.abort();
      for (const line of kept) tell(line);
    },
  };
}

/** One looker for both: what is in the cluster, and what is seen from outside. */
export function lookerOf(
  { reader }: Pick<Connection, 'reader'>,
  probes: Probes,
  manifests: ManifestsLooker = async () => noManifests,
): Looker {
  return async <L extends Look>(look: L, signal: AbortSignal) => {
    const answer: unknown =
      look.at === 'manifests'
        ? await manifests(look, signal)
        : isOutside(look)
          ? await probes(look, signal)
          : await reader.look(look, signal);
    return answer as Awaited<ReturnType<Looker>> as never as { ok: true; value: AnswerOf<L> };
  };
}
