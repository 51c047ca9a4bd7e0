import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { findHomeDir, KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Cluster, Context, User } from '@kubernetes/client-node/dist/config_types.js';
import { ExpectedStop } from '../../core/failure.ts';
import { redactText } from '../../core/redact.ts';
import { gapsOf } from './kubeconfig-gaps.ts';
import { proxyFromEnvironment } from './proxy-environment.ts';

/** Which cluster is wanted, by flags as kubectl has them. */
export type ClusterChoice = {
  readonly context?: string;
  /** A file; then KUBECONFIG is not looked at. */
  readonly kubeconfig?: string;
  readonly namespace?: string;
  /** User to impersonate. */
  readonly as?: string;
};

/** A cluster and how to enter it. Nothing has been sent yet. */
export type FoundCluster = {
  /** Holds this one context. Its user has no exec plugin: see `exec`. */
  readonly config: KubeConfig;
  readonly context: string;
  readonly cluster: Cluster;
  readonly userName: string;
  /** The `exec` section of the user as it stands in the kubeconfig; paths in it absolute. */
  readonly exec: ExecSection | undefined;
  /** Headers that client-node does not send by itself. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly namespace: string;
};

export type ExecSection = {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly installHint?: string;
  readonly interactiveMode?: string;
  readonly provideClusterInfo?: boolean;
};

type Loaded = {
  readonly file: string;
  readonly text: string;
  readonly config: KubeConfig;
};

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Finds the cluster as kubectl does. Throws ExpectedStop: usage for a choice that is not there, no-connection where there is none at all. */
export async function findCluster(choice: ClusterChoice, env: NodeJS.ProcessEnv): Promise<FoundCluster> {
  const files = filesOf(choice, env);
  const loaded = (await Promise.all(files.map((file) => load(file, choice.kubeconfig !== undefined)))).filter(
    (one) => one !== undefined,
  );
  const contexts = firstOfEachName(loaded.flatMap(({ config }) => config.getContexts()));
  if (contexts.length === 0 && choice.context === undefined) return inCluster(choice, files, env);

  const name = choice.context ?? loaded.map(({ config }) => config.getCurrentContext()).find((current) => current);
  const context = contexts.find((one) => one.name === name);
  if (context === undefined) throw noSuchContext(name, contexts, files);
  const cluster = firstOfEachName(loaded.flatMap(({ config }) => config.getClusters())).find(
    (one) => one.name === context.cluster,
  );
  if (cluster === undefined) throw dangling(context, 'cluster', context.cluster, files);
  const home = loaded.find(({ config }) => config.getUsers().some((user) => user.name === context.user));
  const user = home?.config.getUsers().find((one) => one.name === context.user);
  if (context.user && (user === undefined || home === undefined)) throw dangling(context, 'user', context.user, files);
  // client-node applies the CA of a cluster only where there is a user: an anonymous one has no credentials.
  return entered(choice, context, cluster, user ?? { name: 'anonymous' }, home, env);
}

async function entered(
  choice: ClusterChoice,
  context: Context,
  cluster: Cluster,
  user: User,
  home: Loaded | undefined,
  env: NodeJS.ProcessEnv,
): Promise<FoundCluster> {
  const gaps = home === undefined ? { headers: {} } : await gapsOf(user, home.file, home.text);
  const proxy = cluster.proxyUrl ?? proxyFromEnvironment(cluster.server, env);
  const { exec, ...others } = user;
  const entering: User = {
    ...others,
    ...(choice.as === undefined ? {} : { impersonateUser: choice.as }),
    ...(gaps.tokenFile === undefined
      ? {}
      : { token: '', authProvider: { name: 'tokenFile', config: { tokenFile: gaps.tokenFile } } }),
  };
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ ...cluster, ...(proxy ? { proxyUrl: proxy } : {}), ...plainHttp(cluster) }],
    users: [entering],
    contexts: [{ ...context, user: user.name }],
    currentContext: context.name,
  });
  return {
    config,
    context: context.name,
    cluster,
    userName: user.name,
    exec: exec ? withAbsoluteCommand(exec as ExecSection, home?.file) : undefined,
    headers: gaps.headers,
    namespace: choice.namespace ?? (context.namespace?.trim() || 'default'),
  };
}

/** `kubectl proxy` listens without TLS on loopback; anywhere else a token would travel in the clear. */
function plainHttp(cluster: Cluster): { readonly skipTLSVerify?: boolean } {
  if (!cluster.server.startsWith('http:')) return {};
  if (/^http:\/\/(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?(?:\/|$)/.test(cluster.server))
    return { skipTLSVerify: true };
  throw new ExpectedStop(
    'usage',
    `The kubeconfig's server ${redactText(cluster.server)} is not https; only a proxy on this machine may be without.`,
    ['Correct "server" of that cluster in the kubeconfig.'],
  );
}

function filesOf(choice: ClusterChoice, env: NodeJS.ProcessEnv): readonly string[] {
  if (choice.kubeconfig !== undefined) return [path.resolve(choice.kubeconfig)];
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '');
  if (listed.length > 0) return listed.map((file) => path.resolve(file));
  const home = env['HOME'] ?? findHomeDir();
  return home ? [path.join(home, '.kube', 'config')] : [];
}

/** One file, or undefined where it does not exist (kubectl skips those of KUBECONFIG too) or is empty. */
async function load(file: string, mustExist: boolean): Promise<Loaded | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !mustExist) return undefined;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new ExpectedStop('usage', `The kubeconfig ${file} ${why}.`, [
      'Name another with --kubeconfig or KUBECONFIG.',
    ]);
  }
  if (text.replaceAll(/^\s*#.*$/gm, '').trim() === '') return undefined;
  const config = new KubeConfig();
  try {
    // As kubectl, which minds only the entries that are used.
    config.loadFromString(text, { onInvalidEntry: 'filter' });
  } catch {
    // The parser's own words quote the file, and the file holds credentials.
    throw new ExpectedStop('usage', `The kubeconfig ${file} is not valid YAML of a kubeconfig.`, [
      `See what is wrong with it: kubectl config view --kubeconfig ${file}`,
    ]);
  }
  config.makePathsAbsolute(path.dirname(file));
  return { file, text, config };
}

async function inCluster(
  choice: ClusterChoice,
  files: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<FoundCluster> {
  const isPod = env['KUBERNETES_SERVICE_HOST'] !== undefined && (await exists(serviceAccountToken));
  if (!isPod) {
    throw new ExpectedStop(
      'no-connection',
      `No kubeconfig was found: ${files.join(', ') || 'no home folder'} does not exist or names no context.`,
      ['Point KUBECONFIG or --kubeconfig to the file for your cluster.', 'Without a cluster: orion-setup practice'],
    );
  }
  const config = new KubeConfig();
  config.loadFromCluster();
  const [context, cluster, user] = [config.getContexts()[0], config.getClusters()[0], config.getUsers()[0]];
  if (!context || !cluster || !user) throw new Error('client-node made no in-cluster context');
  return entered(choice, context, cluster, user, undefined, env);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Where two files have the same name, the first one counts, as with kubectl. */
function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): readonly T[] {
  return [...new Map(entries.toReversed().map((entry) => [entry.name, entry])).values()].toReversed();
}

/** A plugin named by a relative path stands beside its kubeconfig; a bare name is found on PATH. */
function withAbsoluteCommand(exec: ExecSection, file: string | undefined): ExecSection {
  const isPath = exec.command.includes('/') || exec.command.includes(path.sep);
  return isPath && file !== undefined ? { ...exec, command: path.resolve(path.dirname(file), exec.command) } : exec;
}

function noSuchContext(name: string | undefined, contexts: readonly Context[], files: readonly string[]): ExpectedStop {
  const what =
    name === undefined
      ? 'The kubeconfig names no current context.'
      : `There is no context "${name}" in ${files.join(', ')}.`;
  const names = contexts.map((one) => one.name);
  return new ExpectedStop('usage', redactText(what), [
    redactText(names.length === 0 ? 'It holds no contexts at all.' : `Choose one with --context: ${names.join(', ')}`),
  ]);
}

function dangling(context: Context, what: 'cluster' | 'user', name: string, files: readonly string[]): ExpectedStop {
  return new ExpectedStop(
    'usage',
    redactText(`The context "${context.name}" names the ${what} "${name}", which is not in ${files.join(', ')}.`),
    [`Add that ${what} to the kubeconfig, or choose another context with --context.`],
  );
}
