import type { Invocation } from '../cli/invocation.ts';
import { parseDuration } from '../core/durations.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { earlierSet } from '../engine/deploy/earlier.ts';
import { propose } from '../engine/deploy/propose.ts';
import { lookMemory } from '../engine/deploy/remember.ts';
import { setLines } from '../views/plain/deploy-lines.ts';
import { applyProposal } from './apply-proposal.ts';
import { usualTimeout } from './deploy.ts';
import { type OpenDeploy, tellCutOff, withDeploy } from './open-deploy.ts';
import { insistOnPin } from './place.ts';
import { rollBackRevision } from './rollback-revision.ts';
import { realWorld, type SetupWorld } from './setup-world.ts';

/** `orion-setup rollback [ENV]`: to an earlier applied set, or the pods alone to a revision of the Deployment. */
export const run = (invocation: Invocation, io: Io): Promise<number> =>
  rollback(invocation, io, realWorld(invocation, io));

export async function rollback(invocation: Invocation, io: Io, world: SetupWorld): Promise<number> {
  const set = numberIn(invocation, 'to-set');
  const revision = numberIn(invocation, 'to-revision');
  if (set !== undefined && revision !== undefined)
    throw new ExpectedStop('usage', 'Either to a set or to a revision: --to-set N, or --to-revision N.');
  return await withDeploy(invocation, io, world, 'rollback', async (opened) => {
    insistOnPin(opened.place, opened.identity);
    await tellCutOff(opened);
    return revision === undefined
      ? await rollBackSet(opened, set, invocation, io)
      : await rollBackRevision(opened, revision, invocation, io);
  });
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
  const { environment, ports, cluster, isDocument, tree } = opened;
  const prune = options.prune ?? false;
  const timeoutMs = parseDuration(options.timeout ?? usualTimeout, '--timeout');
  const seen = await lookMemory(cluster, environment, io.signal);
  if (!seen.ok)
    throw new ExpectedStop(
      'refused',
      `What ${environment} remembers cannot be read: ${seen.because}`,
      seen.needs === undefined ? [] : [`The right that is missing: ${seen.needs}`],
    );
  if (!isDocument && seen.memory !== undefined) io.err(setLines(seen.memory.sets));
  const { set, objects } = await earlierSet(ports, cluster, environment, seen.memory, wanted, io.signal);
  const proposal = await propose(ports, cluster, environment, objects, { prune, remembers: true }, io.signal);
  if (!isDocument) io.err(`\nBack to set ${set.number} (${set.image}):\n`);
  const command = `rollback ${environment} --to-set ${set.number}${prune ? ' --prune' : ''}`;
  return await applyProposal(
    opened,
    {
      proposal,
      objects,
      set: { keptSecrets: set.secrets, image: set.image, gateDigest: set.gateDigest, from: set.number },
      title: `Roll ${environment} back to set ${set.number}`,
      command,
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
