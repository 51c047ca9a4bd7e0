import type { Invocation } from '../cli/invocation.ts';
import type { Io } from '../core/outside/io.ts';
import { propose } from '../engine/deploy/propose.ts';
import { endDeploy, shownOf } from './deploy-report.ts';
import { type Known, type OpenDeploy, renderedFor, withDeploy } from './open-deploy.ts';
import { realWorld, type SetupWorld } from './setup-world.ts';
import { wantsScreens } from './wants-screens.ts';

/** `orion-setup diff [ENV]`: what deploy would change, by the server's own word. Changes nothing, and puts nothing back either. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  if (!wantsScreens(invocation, io)) return await diff(invocation, io, realWorld(changingNothing(invocation), io));
  const { deployOnScreens } = await import('./deploy-on-screens.ts');
  return await deployOnScreens('diff', invocation, io);
}

export const changingNothing = (invocation: Invocation): Invocation => ({
  ...invocation,
  options: { ...invocation.options, 'dry-run': 'server' },
});

export const diff = (invocation: Invocation, io: Io, world: SetupWorld, given: Known = {}): Promise<number> => {
  const work = async (opened: OpenDeploy): Promise<number> => {
    const { environment, ports, cluster, face } = opened;
    const prune = invocation.options.prune ?? false;
    const { objects, image, gateDigest } = await renderedFor(opened, io);
    const proposal = await propose(ports, cluster, environment, objects, { prune, remembers: false }, io.signal);
    const shown = shownOf(proposal, prune);
    face.proposed('', shown, prune);
    const deleted = prune ? shown.leftovers.filter(({ kept }) => kept === null).length : 0;
    const unseen = shown.blocked.filter(({ why }) => why === 'forbidden').length;
    const count = shown.changes.length + shown.blocked.length - unseen + deleted;
    return endDeploy(opened, io, {
      ...shown,
      action: 'diff',
      image,
      digest: gateDigest,
      outcome: count > 0 ? 'different' : unseen > 0 ? 'incomplete' : 'unchanged',
      because:
        count > 0
          ? `${count} ${count === 1 ? 'object differs' : 'objects differ'}.`
          : unseen > 0
            ? `${unseen} ${unseen === 1 ? 'object' : 'objects'} could not be tried.`
            : `${environment} is as the manifests say.`,
      next: count === 0 ? [] : [`orion-setup deploy ${environment}${prune ? ' --prune' : ''}`],
    });
  };
  return withDeploy(invocation, io, world, 'diff', work, given);
};
