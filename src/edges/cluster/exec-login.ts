import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { RequestOptions } from 'node:https';
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { ExpectedStop } from '../../core/failure.ts';
import { redactText } from '../../core/redact.ts';
import type { ExecSection, FoundCluster } from './find-cluster.ts';

/** Logs in by the command that a kubeconfig names (an "exec plugin": aws, gke-gcloud-auth-plugin, kubelogin). */
export type ExecLogin = {
  readonly applyTo: (options: RequestOptions) => Promise<void>;
  /** Forgets the token it has, so that the command is asked again. */
  readonly forget: () => void;
  readonly close: () => void;
};

/**
 * `mayAsk`: the command gets this terminal (a login that asks for a code); otherwise it has no standard input. The time limit ends
 * the command. Throws ExpectedStop('no-connection') naming the command.
 */
export function execLogin(exec: ExecSection, found: FoundCluster, mayAsk: boolean, timeLimitMs: number): ExecLogin {
  const user: User = {
    name: found.userName,
    exec: { ...exec, env: [...(exec.env ?? []), execInfo(exec, found, mayAsk)] },
  };
  const closing = new AbortController();
  let auth = pluginRunner(mayAsk, timeLimitMs, closing.signal);
  const failed = (error: unknown) =>
    auth.ranOut()
      ? stop(exec, found, `it did not end within ${timeLimitMs / 1000} s`, [])
      : failure(error, exec, found);

  const applyTo = async (options: RequestOptions): Promise<void> => {
    if (exec.interactiveMode === 'Always' && !mayAsk) {
      throw stop(exec, found, 'it must ask you something, and there is no terminal', []);
    }
    try {
      await auth.plugin.applyAuthentication(user, options);
    } catch (error) {
      throw failed(error);
    }
    const headers = options.headers as Record<string, unknown> | undefined;
    if (headers?.['Authorization'] === undefined && !options.cert)
      throw stop(exec, found, 'it gave neither a token nor a certificate', []);
  };
  return {
    applyTo,
    forget: () => {
      auth = pluginRunner(mayAsk, timeLimitMs, closing.signal);
    },
    close: () => closing.abort(),
  };
}

type Plugin = {
  readonly plugin: ExecAuth;
  /** Whether its last run was ended at the time limit. */
  readonly ranOut: () => boolean;
};

/** client-node's own plugin protocol and token cache, over a child that cannot outlive its time limit or this connection. */
function pluginRunner(mayAsk: boolean, timeLimitMs: number, closing: AbortSignal): Plugin {
  let ranOut = false;
  const run = (command: string, args: readonly string[] | undefined, options: SpawnOptions): ChildProcess => {
    const child = spawn(command, args ?? [], {
      ...options,
      stdio: [mayAsk ? 'inherit' : 'ignore', 'pipe', 'pipe'],
      timeout: timeLimitMs,
      killSignal: 'SIGKILL',
      signal: closing,
    });
    child.on('close', (_code, signal) => {
      ranOut = signal === 'SIGKILL';
    });
    if (mayAsk) child.stderr?.pipe(process.stderr, { end: false });
    return child;
  };
  return { plugin: Object.assign(new ExecAuth(), { execFn: run }), ranOut: () => ranOut };
}

/** What kubectl tells a plugin; some refuse to run without it, and client-node leaves it out (client.authentication.k8s.io, ExecCredential.spec). */
function execInfo(
  exec: ExecSection,
  found: FoundCluster,
  mayAsk: boolean,
): { readonly name: string; readonly value: string } {
  const { server, tlsServerName, skipTLSVerify, caData, proxyUrl } = found.cluster;
  const cluster = {
    server,
    ...(tlsServerName ? { 'tls-server-name': tlsServerName } : {}),
    ...(skipTLSVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(caData ? { 'certificate-authority-data': caData } : {}),
    ...(proxyUrl ? { 'proxy-url': proxyUrl } : {}),
  };
  const spec = {
    interactive: mayAsk && exec.interactiveMode !== 'Never',
    ...(exec.provideClusterInfo ? { cluster } : {}),
  };
  const apiVersion = exec.apiVersion ?? 'client.authentication.k8s.io/v1';
  return { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify({ apiVersion, kind: 'ExecCredential', spec }) };
}

function failure(error: unknown, exec: ExecSection, found: FoundCluster): ExpectedStop {
  const { code, message, name } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    const hint = exec.installHint
      ? redactText(exec.installHint).trim()
      : `Install ${exec.command}, or put its folder on PATH.`;
    return stop(exec, found, 'it is not installed', [hint]);
  }
  if (code === 'EACCES') return stop(exec, found, 'it may not be executed', [`Make ${exec.command} executable.`]);
  // Of what it printed nothing is quoted: that is where the token stands.
  if (error instanceof SyntaxError || error instanceof TypeError)
    return stop(exec, found, 'it printed no ExecCredential', []);
  if (name === 'AbortError') return stop(exec, found, 'it was ended', []);
  const said = redactText(message).trim().split('\n').slice(-4).join('\n').slice(0, 500);
  return stop(exec, found, said === '' ? 'it failed and said nothing' : `it failed: ${said}`, [
    'If the login has expired, log in again as your provider says, then repeat this.',
  ]);
}

function stop(exec: ExecSection, found: FoundCluster, why: string, next: readonly string[]): ExpectedStop {
  return new ExpectedStop(
    'no-connection',
    `The context "${redactText(found.context)}" logs in with the command "${redactText(exec.command)}": ${why}.`,
    [...next, `Try the login alone: kubectl --context ${redactText(found.context)} get --raw /version`],
  );
}
