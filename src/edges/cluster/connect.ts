import { ExpectedStop } from '../../core/failure.ts';
import type { ClusterReader } from '../../core/outside/cluster-reader.ts';
import type { ClusterWriter } from '../../core/outside/cluster-writer.ts';
import { redactText } from '../../core/redact.ts';
import { type ClusterChoice, findCluster } from './find-cluster.ts';
import { loginTo } from './login.ts';
import { objectParser } from './parse-object.ts';
import { atAddress } from './prometheus.ts';
import { readerOver } from './reader.ts';
import { type Transport, type TransportOptions, transportTo } from './transport.ts';
import { writerOver } from './writer.ts';

/** This folder reaches the API server of a cluster: the only place that speaks its HTTP. connect() is its one door. */

export type ConnectOptions = ClusterChoice & {
  /** For one request with its waits and second tries; 15,000 where not given, 0 for no limit. */
  readonly requestTimeoutMs?: number;
  /** A login command of the kubeconfig may ask questions on this terminal. */
  readonly mayAsk?: boolean;
  /** How long a login command may take, in milliseconds; a minute where not given, three where it may ask. */
  readonly loginTimeoutMs?: number;
  /** Names of ConfigMaps whose values are kept, besides `orion-setup` and those of ingress-nginx. */
  readonly keptConfigMaps?: readonly string[];
  /** The address of a Prometheus, instead of the way through the API server. */
  readonly prometheus?: string;
  /** Items a page of a list; 500 where not given, as kubectl. */
  readonly pageSize?: number;
  /** Waits between tries. */
  readonly sleep?: TransportOptions['sleep'];
  readonly env?: NodeJS.ProcessEnv;
};

export type Connection = {
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  readonly aheadMs: Transport['aheadMs'];
  /** Ends kept connections and a login command that still runs. */
  readonly close: () => void;
};

/**
 * Finds the cluster and logs in; no request is sent to it yet. Throws ExpectedStop: usage (no such context, file or user),
 * no-connection (no kubeconfig at all, or logging in failed).
 */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const { mayAsk = false, requestTimeoutMs = 15_000, pageSize = 500, keptConfigMaps = [], env = process.env } = options;
  const found = await findCluster(options, { env });
  const login = loginTo(found, { mayAsk, timeLimitMs: options.loginTimeoutMs ?? (mayAsk ? 180_000 : 60_000) });
  await login.options();
  const transport = transportTo({
    route: {
      server: new URL(found.cluster.server),
      proxy: found.config.getCurrentCluster()?.proxyUrl,
      ownAuthority: Boolean(found.cluster.caData || found.cluster.caFile),
    },
    login,
    timeLimitMs: requestTimeoutMs,
    ...(options.sleep ? { sleep: options.sleep } : {}),
  });
  const parse = objectParser(keptConfigMaps);
  return {
    reader: readerOver(transport, found, {
      pageSize,
      parse,
      prometheus:
        options.prometheus === undefined ? undefined : atAddress(addressGiven(options.prometheus), requestTimeoutMs),
    }),
    writer: writerOver(transport, parse),
    aheadMs: transport.aheadMs,
    close: login.close,
  };
}

/** `http://HOST[:PORT][/PREFIX]`. A password would be seen in the list of processes. */
function addressGiven(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ExpectedStop(
      'usage',
      `--prometheus wants an address as http://localhost:9090, not "${redactText(text)}".`,
    );
  if (url.username || url.password)
    throw new ExpectedStop(
      'usage',
      '--prometheus takes no user and password: options are seen by everybody on this machine.',
    );
  return url;
}
