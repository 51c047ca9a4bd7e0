import { mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { parseConnectTo, parseResolver } from '../core/addresses.ts';
import { parseDuration } from '../core/durations.ts';
import { type AnswerOf, isOutside, type Look, type Looker } from '../core/look.ts';
import type { ClusterIdentity } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import { type Connection, connect } from '../edges/cluster/connect.ts';
import { makeProbes, type Probes } from '../edges/probes/make-probes.ts';

export type OpenCluster = Connection & { readonly look: Looker; readonly identity: () => Promise<ClusterIdentity> };

/** The cluster that kubectl would reach, and the world as seen from here. */
export async function openCluster({ options }: Invocation, io: Io, context = options.context): Promise<OpenCluster> {
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
  return { ...connection, look: lookerOf(connection, probes), identity: () => connection.reader.identity(io.signal) };
}

/** One looker for both: what is in the cluster, and what is seen from outside. */
export function lookerOf({ reader }: Pick<Connection, 'reader'>, probes: Probes): Looker {
  return async <L extends Look>(look: L, signal: AbortSignal) => {
    const answer: unknown = isOutside(look) ? await probes(look, signal) : await reader.look(look, signal);
    return answer as Awaited<ReturnType<Looker>> as never as { ok: true; value: AnswerOf<L> };
  };
}
