import type { Agent } from 'node:http';
import type { Agent as HttpsAgent, RequestOptions } from 'node:https';
import { ExpectedStop } from '../../core/failure.ts';
import { redactText } from '../../core/redact.ts';
import { execLogin } from './exec-login.ts';
import type { FoundCluster } from './find-cluster.ts';
import { refusedLogin } from './refused-login.ts';

/** Who we are to a cluster, in the form that node:https takes. */
export type Login = {
  /** Options with agent, CA, credentials and headers, valid now. Throws ExpectedStop('no-connection') where logging in failed. */
  readonly options: () => Promise<RequestOptions>;
  /** What to say of a 401 at this moment of the API server's clock. */
  readonly refused: (now: Date) => string;
  /** After a 401: whether there is a login that can be made anew. */
  readonly renew: () => boolean;
  readonly close: () => void;
};

export type LoginOptions = {
  readonly mayAsk: boolean;
  readonly timeLimitMs: number;
};

const sockets = 8;
/** Shorter than what load balancers and NATs keep an idle connection for (the shortest common one is 60 s). */
const idleMs = 30_000;

export function loginTo(found: FoundCluster, { mayAsk, timeLimitMs }: LoginOptions): Login {
  const exec = found.exec && execLogin(found.exec, found, mayAsk, timeLimitMs);
  let agent: Agent | undefined;
  let certificate: unknown;
  let underway: Promise<RequestOptions> | undefined;

  const prepare = async (): Promise<RequestOptions> => {
    const options: RequestOptions = { headers: { ...found.headers } };
    // The plugin first: client-node makes the agent from what stands in the options then.
    const credentials: RequestOptions = { headers: {} };
    await exec?.applyTo(credentials);
    try {
      await found.config.applyToHTTPSOptions(options);
    } catch (error) {
      throw loginFailure(error, found);
    }
    if (credentials.cert) Object.assign(options, { cert: credentials.cert, key: credentials.key });
    options.headers = withoutNewlines({ ...options.headers, ...credentials.headers });
    certificate = options.cert;
    agent = keptAlive(options.agent as Agent, options);
    return options;
  };

  return {
    // Requests that start together share one login: a plugin that opens a browser must open one.
    options: () => {
      underway ??= prepare().finally(() => {
        underway = undefined;
      });
      return underway;
    },
    refused: (now) => refusedLogin(found, certificate, now),
    renew: () => {
      exec?.forget();
      return exec !== undefined;
    },
    close: () => {
      exec?.close();
      agent?.destroy();
    },
  };
}

/**
 * client-node makes its agent (also the one for a proxy) without kept connections, and keeps it even when the client certificate has
 * changed since; an agent's own options win over those of a request.
 */
function keptAlive(agent: Agent, { cert, key }: RequestOptions): Agent {
  const { options } = agent as HttpsAgent;
  if (String(options.cert ?? '') !== String(cert ?? '')) {
    for (const idle of Object.values(agent.freeSockets).flat()) idle?.destroy();
  }
  Object.assign(options, { cert, key, keepAlive: true, timeout: idleMs });
  return Object.assign(agent, { keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets });
}

/** Token files end with a newline more often than not, and no header may hold one. */
function withoutNewlines(headers: object): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers as Record<string, string | string[]>).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.trim() : value,
    ]),
  );
}

function loginFailure(error: unknown, found: FoundCluster): ExpectedStop {
  const { code, path, message } = error as NodeJS.ErrnoException;
  const why = path
    ? `${path} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}`
    : redactText(message);
  return new ExpectedStop(
    'no-connection',
    `Logging in as the user "${redactText(found.userName)}" of the kubeconfig failed: ${why}.`,
    ['Log in again as your provider says, or correct that user in the kubeconfig.'],
  );
}
