import { access } from 'node:fs/promises';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Cluster, Context, User } from '@kubernetes/client-node/dist/config_types.js';
import { ExpectedStop } from '../../core/failure.ts';
import { redactText } from '../../core/redact.ts';
import { gapsOf } from './kubeconfig-gaps.ts';
import { firstOfEachName, kubeconfigFiles, type Loaded, loadKubeconfig } from './load-kubeconfig.ts';
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

/** Where we run. `root` stands before the folder that Kubernetes mounts into a pod; empty but in tests. */
export type Surroundings = { readonly env: NodeJS.ProcessEnv; readonly root?: string };

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Finds the cluster as kubectl does. Throws ExpectedStop: usage for a choice that is not there, no-connection where there is none at all. */
export async function findCluster(choice: ClusterChoice, around: Surroundings): Promise<FoundCluster> {
  const files = kubeconfigFiles(choice.kubeconfig, around.env);
  const loaded = await loadKubeconfig(files, choice.kubeconfig !== undefined);
  const contexts = firstOfEachName(loaded.flatMap(({ config }) => config.getContexts()));
  if (contexts.length === 0 && choice.context === undefined) return inCluster(choice, files, around);

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
  return entered(choice, context, cluster, user ?? { name: 'anonymous' }, home, around);
}

async function entered(
  choice: ClusterChoice,
  context: Context,
  cluster: Cluster,
  user: User,
  home: Loaded | undefined,
  { env }: Surroundings,
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

async function inCluster(choice: ClusterChoice, files: readonly string[], around: Surroundings): Promise<FoundCluster> {
  const { env, root = '' } = around;
  const isPod = env['KUBERNETES_SERVICE_HOST'] !== undefined && (await exists(root + serviceAccountToken));
  if (!isPod) {
    throw new ExpectedStop(
      'no-connection',
      `No kubeconfig was found: ${files.join(', ') || 'no home folder'} does not exist or names no context.`,
      ['Point KUBECONFIG or --kubeconfig to the file for your cluster.', 'Without a cluster: orion-setup practice'],
    );
  }
  const config = new KubeConfig();
  config.loadFromCluster(root);
  const [context, cluster, user] = [config.getContexts()[0], config.getClusters()[0], config.getUsers()[0]];
  if (!context || !cluster || !user) throw new Error('client-node made no in-cluster context');
  return entered(choice, context, cluster, user, undefined, around);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

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
