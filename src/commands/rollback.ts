import type { Invocation } from '../cli/invocation.ts';
import { parseDuration } from '../core/durations.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { earlierSet } from '../engine/deploy/earlier.ts';
import { propose } from '../engine/deploy/propose.ts';
import { lookMemory } from '../engine/deploy/remember.ts';
import { waysToGoBack } from '../engine/deploy/ways-to-go-back.ts';
import { applyProposal } from './apply-proposal.ts';
import { usualTimeout } from './deploy.ts';
import type { DeployFace } from './deploy-face.ts';
import { type Known, type OpenDeploy, tellOtherRuns, withDeploy } from './open-deploy.ts';
import { insistOnPin } from './place.ts';
import { rollBackRevision } from './rollback-revision.ts';
import { realWorld, type SetupWorld } from './setup-world.ts';
import { wantsScreens } from './wants-screens.ts';

/** `orion-setup rollback [ENV]`: to an earlier applied set, or the pods alone to a revision of the Deployment. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  if (!wantsScreens(invocation, io)) return await rollback(invocation, io, realWorld(invocation, io));
  const { deployOnScreens } = await import('./deploy-on-screens.ts');
  return await deployOnScreens('rollback', invocation, io);
}

export async function rollback(invocation: Invocation, io: Io, world: SetupWorld, given: Known = {}): Promise<number> {
  const set = numberIn(invocation, 'to-set');
  const revision = numberIn(invocation, 'to-revision');
  if (set !== undefined && revision !== undefined)
    throw new ExpectedStop('usage', 'Either to a set or to a revision: --to-set N, or --to-revision N.');
  const work = async (opened: OpenDeploy): Promise<number> => {
    insistOnPin(opened.place, opened.identity);
    await tellOtherRuns(opened);
    const { choose } = opened.face;
    if (choose !== undefined && set === undefined && revision === undefined)
      return await rollBackChosen(opened, choose, invocation, io);
    return revision === undefined
      ? await rollBackSet(opened, set, invocation, io)
      : await rollBackRevision(opened, revision, invocation, io);
  };
  return await withDeploy(invocation, io, world, 'rollback', work, given);
}

/** Whoever says no to what one way would change sees the ways again. */
async function rollBackChosen(
  opened: OpenDeploy,
  choose: NonNullable<DeployFace['choose']>,
  invocation: Invocation,
  io: Io,
): Promise<number> {
  const { cluster, environment } = opened;
  const { sets, revisions } = await waysToGoBack(cluster, environment, io.signal);
  const ways = [...sets.map((set) => ({ set })), ...revisions];
  if (ways.length === 0)
    throw new ExpectedStop(
      'usage',
      `There is nothing to go back to: ${environment} remembers no earlier set, and its Deployment no earlier revision.`,
    );
  for (;;) {
    const way = await choose(ways);
    if (way === undefined) throw new ExpectedStop('operator-said-no', 'Nothing was changed.');
    try {
      return 'set' in way
        ? await rollBackSet(opened, way.set.number, invocation, io)
        : await rollBackRevision(opened, way.revision, invocation, io);
    } catch (error) {
      if (!(error instanceof ExpectedStop && error.reason === 'operator-said-no')) throw error;
    }
  }
}

function numberIn({ options }: Invocation, name: 'to-set' | 'to-revision'): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ExpectedStop('usage', `--${name} takes a number, not "${text}".`);
}

async function rollBackSet(
  opened: OpenDeploy,
  wanted: number | undefined,
  invocation: Invocation,
  io: Io,
): Promise<number> {
  const { options } = invocation;
  const { environment, ports, cluster, face, tree } = opened;
  const prune = options.prune ?? false;
  const timeoutMs = parseDuration(options.timeout ?? usualTimeout, '--timeout');
  const seen = await lookMemory(cluster, environment, io.signal);
  if (!seen.ok)
    throw new ExpectedStop(
      'refused',
      `What ${environment} remembers cannot be read: ${seen.because}`,
      seen.needs === undefined ? [] : [`The right that is missing: ${seen.needs}`],
    );
  if (seen.memory !== undefined) face.sets(seen.memory.sets);
  const { set, objects } = await earlierSet(ports, cluster, environment, seen.memory, wanted, io.signal);
  const proposal = await propose(ports, cluster, environment, objects, { prune, remembers: true }, io.signal);
  const command = `rollback ${environment} --to-set ${set.number}${prune ? ' --prune' : ''}`;
  return await applyProposal(
    opened,
    {
      proposal,
      objects,
      set: { keptSecrets: set.secrets, image: set.image, gateDigest: set.gateDigest, from: set.number },
      title: `Roll ${environment} back to set ${set.number}`,
      command,
      heading: `Back to set ${set.number} (${set.image}):`,
      prune,
      timeoutMs,
      about: { action: 'rollback', image: set.image, digest: set.gateDigest, to: { set: set.number, revision: null } },
      after: (done) => ({
        gate: done.gate,
        next: [
          `The manifests in ${tree} are as they were: put them back too, else the next deploy brings this again.`,
          `orion-setup diff ${environment}`,
        ],
      }),
    },
    invocation,
    io,
  );
}
