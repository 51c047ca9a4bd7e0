import { join } from 'node:path';
import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { Ground } from '../core/consent.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { ClusterIdentity } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import type { Profile } from '../core/profile.ts';
import { type EnvironmentName, environmentNames, namespaces } from '../core/setup/settings.ts';
import { systemFiles } from '../edges/files/system-files.ts';
import { makeProfiles } from '../edges/profiles/profiles.ts';
import type { Cluster } from '../engine/deploy/ports.ts';
import { insistOnTree, type RenderedSet, renderTree } from '../engine/deploy/render-tree.ts';
import { type DeployFace, documentFace, lineFace } from './deploy-face.ts';
import { foldersFor, groundOf, type Place } from './place.ts';
import { type OpenPorts, setupPorts } from './setup-ports.ts';
import type { SetupWorld } from './setup-world.ts';

/** Where render, diff, deploy and rollback work. */
export type DeployGround = {
  readonly environment: EnvironmentName;
  readonly profile: Profile | undefined;
  /** The folder of the manifests, absolute. */
  readonly tree: string;
};

/** ENV, and whose manifests: those of the profile, else the tree that one stands in, else ./k8s. */
export async function deployGround({ words, options }: Invocation, io: Io, command: string): Promise<DeployGround> {
  const [word = 'staging', ...rest] = words;
  const environment = environmentNames.find((name) => name === word);
  if (environment === undefined || rest.length > 0)
    throw new ExpectedStop('usage', `${command} takes one environment: staging (where none is named) or production.`, [
      `orion-setup ${command} staging`,
    ]);
  const namespace = namespaces[environment];
  if (options.namespace !== undefined && options.namespace !== namespace)
    throw new ExpectedStop('usage', `${environment} is the namespace ${namespace}, not ${options.namespace}.`);
  const profiles = makeProfiles(foldersFor(io).config);
  const named = options.profile;
  // Another context or kubeconfig was chosen on purpose: the profile in use says nothing about it.
  const elsewhere = named === undefined && (options.context !== undefined || options.kubeconfig !== undefined);
  const profile = named !== undefined ? await profiles.get(named) : elsewhere ? undefined : await profiles.current();
  return { environment, profile, tree: profile?.tree ?? (await treeHere(io, environment)) };
}

async function treeHere({ cwd }: Io, environment: EnvironmentName): Promise<string> {
  const isTree = (await systemFiles.read(join(cwd, `overlays/${environment}/kustomization.yaml`))) !== undefined;
  return isTree ? cwd : join(cwd, 'k8s');
}

export type OpenDeploy = DeployGround & {
  readonly ports: OpenPorts;
  readonly cluster: Cluster;
  readonly context: string;
  readonly identity: ClusterIdentity;
  readonly place: Place;
  readonly ground: Ground;
  readonly startedAt: Date;
  readonly isDocument: boolean;
  readonly face: DeployFace;
};

/** Where the caller knows better than profile and folder. */
export type Known = {
  readonly tree?: string | undefined;
  readonly context?: string | undefined;
  /** Who shows and asks, where that is neither lines nor a document. */
  readonly face?: DeployFace | undefined;
};

/** Enters the environment's cluster, does the work, and leaves it. */
export async function withDeploy(
  invocation: Invocation,
  io: Io,
  world: SetupWorld,
  command: string,
  work: (opened: OpenDeploy) => Promise<number>,
  given: Known = {},
): Promise<number> {
  const { options } = invocation;
  const found = await deployGround(invocation, io, command);
  const ground = { ...found, tree: given.tree ?? found.tree };
  const { environment, profile } = ground;
  const known = profile?.environments[environment];
  const ports = setupPorts(io, world, profile?.name ?? 'default', {}, command);
  try {
    // An earlier set comes from what the cluster remembers; everything else from the tree.
    if (command !== 'rollback') await insistOnTree(ports, ground.tree, environment);
    const context = options.context ?? known?.context ?? given.context ?? (await currentContext(world));
    const cluster = await ports.connect(context);
    const identity = await cluster.reader.identity(io.signal);
    const startedAt = cluster.clock.now();
    const namespace = namespaces[environment];
    // An environment that the profile does not know is no better known than one without a profile.
    const place: Place = { profile, environment: known ? environment : undefined, context, namespace };
    const isDocument = faceOf(options, io) === 'document';
    const face = given.face ?? (isDocument ? documentFace(io, invocation) : lineFace(io, command));
    face.entered(place);
    const aheadMs = cluster.aheadMs();
    if (aheadMs !== 0) face.tell({ event: 'clock-off-found', aheadMs });
    return await work({
      ...ground,
      ports,
      cluster,
      context,
      identity,
      place,
      ground: groundOf(place, identity, namespace),
      startedAt,
      isDocument,
      face,
    });
  } catch (error) {
    throw io.signal.aborted ? interrupted(command, environment, error) : error;
  } finally {
    ports.close();
  }
}

async function currentContext(world: SetupWorld): Promise<string> {
  const { current } = await world.contexts();
  if (current !== null) return current;
  throw new ExpectedStop('no-connection', 'There is no cluster to go to: the kubeconfig names no current context.', [
    'Name one: --context NAME, or a profile: --profile NAME',
  ]);
}

const interrupted = (command: string, environment: EnvironmentName, cause: unknown): ExpectedStop =>
  new ExpectedStop(
    'interrupted',
    'Interrupted. What was sent is in the cluster and in the journal.',
    [`Go on: orion-setup ${command} ${environment}`],
    { cause },
  );

export const renderedFor = ({ ports, tree, environment }: OpenDeploy, io: Io): Promise<RenderedSet> =>
  renderTree(ports, tree, environment, io.signal);

/** What an earlier run left open, or another one is at, is said before anything else is done. */
export async function tellOtherRuns({ ports, cluster, identity, face }: OpenDeploy): Promise<void> {
  for (const run of await ports.journals.otherRuns(identity, cluster.clock.now())) face.tell(run);
}
