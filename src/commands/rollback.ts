import type { Invocation } from '../cli/invocation.ts';
import { hostIn } from '../core/deploy/host-in.ts';
import { parseDuration } from '../core/durations.ts';
import { ExpectedStop } from '../core/failure.ts';
import { refTo } from '../core/kubernetes/object.ts';
import type { Io } from '../core/outside/io.ts';
import { carryOut } from '../engine/deploy/carry-out.ts';
import { earlierSet } from '../engine/deploy/earlier.ts';
import { insistOnOwn, propose, stepsOf } from '../engine/deploy/propose.ts';
import { lookMemory } from '../engine/deploy/remember.ts';
import { proposalLines, setLines } from '../views/plain/deploy-lines.ts';
import { consentToDeploy } from './consent-to-deploy.ts';
import { resultOf, usualTimeout } from './deploy.ts';
import { endDeploy, shownOf } from './deploy-report.ts';
import { type OpenDeploy, tellCutOff, withDeploy } from './open-deploy.ts';
import { insistOnPin } from './place.ts';
import { rollBackRevision } from './rollback-revision.ts';
import { realWorld, type SetupWorld } from './setup-world.ts';

/** `orion-setup rollback [ENV]`: to an earlier applied set, or the pods alone to a revision of the Deployment. */
export const run = (invocation: Invocation, io: Io): Promise<number> =>
  rollback(invocation, io, realWorld(invocation, io));

export const rollback = (invocation: Invocation, io: Io, world: SetupWorld): Promise<number> =>
  withDeploy(invocation, io, world, 'rollback', async (opened) => {
    const set = numberIn(invocation, 'to-set');
    const revision = numberIn(invocation, 'to-revision');
    if (set !== undefined && revision !== undefined)
      throw new ExpectedStop('usage', 'Either to a set or to a revision: --to-set N, or --to-revision N.');
    insistOnPin(opened.place, opened.identity);
    await tellCutOff(opened);
    return revision === undefined
      ? await rollBackSet(opened, set, invocation, io)
      : await rollBackRevision(opened, revision, invocation, io);
  });

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
  const { environment, ports, cluster, context, identity, isDocument, tell, tree } = opened;
  const prune = options.prune ?? false;
  const timeoutMs = parseDuration(options.timeout ?? usualTimeout, '--timeout');
  const seen = await lookMemory(cluster, environment, io.signal);
  if (!seen.ok) throw new ExpectedStop('refused', `What ${environment} remembers cannot be read: ${seen.because}`);
  if (!isDocument && seen.memory !== undefined) io.err(setLines(seen.memory.sets));
  const { set, objects } = await earlierSet(ports, cluster, environment, seen.memory, wanted, io.signal);
  const proposal = await propose(ports, cluster, environment, objects, io.signal);
  const shown = shownOf(proposal);
  if (!isDocument) io.err(`\nBack to set ${set.number} (${set.image}):\n${proposalLines(shown, prune)}`);
  insistOnOwn(proposal);
  const to = { set: set.number, revision: null };
  const about = { action: 'rollback', image: set.image, digest: set.gateDigest, to, ...shown } as const;
  if (shown.blocked.length > 0)
    return endDeploy(opened, invocation, io, {
      ...about,
      outcome: 'problem',
      because: `Nothing was changed: the server refuses ${shown.blocked.map(({ object, because }) => `${object}: ${because}`).join(' ')}`,
      notApplied: shown.changes.map(({ object }) => object),
    });

  const steps = stepsOf(proposal, prune);
  const deletes = steps.some(({ change }) => change.do === 'delete');
  const command = `rollback ${environment} --to-set ${set.number}${prune ? ' --prune' : ''}`;
  if (steps.length > 0) await consentToDeploy(opened, deletes ? 'medium' : 'low', command, invocation, io);
  const leftovers = proposal.leftovers.flatMap(({ live, kept }) => (prune && kept === null ? [] : [refTo(live)]));
  const aimed = {
    objects,
    keptSecrets: set.secrets,
    image: set.image,
    gateDigest: set.gateDigest,
    from: set.number,
    leftovers,
  };
  const title = `Roll ${environment} back to set ${set.number}`;
  const done = await carryOut(
    ports,
    cluster,
    { environment, context, host: hostIn(objects), identity, title, set: aimed },
    steps,
    timeoutMs,
    tell,
    io.signal,
  );
  return endDeploy(opened, invocation, io, {
    ...about,
    ...resultOf(done),
    gate: done.gate,
    next: [
      `The manifests in ${tree} are as they were: put them back too, else the next deploy brings this again.`,
      `orion-setup diff ${environment}`,
    ],
  });
}
