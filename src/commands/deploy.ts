import type { Invocation } from '../cli/invocation.ts';
import { parseDuration } from '../core/durations.ts';
import type { Io } from '../core/outside/io.ts';
import { namespaces } from '../core/setup/settings.ts';
import type { CarriedOut } from '../engine/deploy/carry-out.ts';
import { propose } from '../engine/deploy/propose.ts';
import { applyProposal } from './apply-proposal.ts';
import { gateOf } from './gate.ts';
import { type Known, type OpenDeploy, renderedFor, tellOtherRuns, withDeploy } from './open-deploy.ts';
import { insistOnPin } from './place.ts';
import { realWorld, type SetupWorld } from './setup-world.ts';
import { wantsScreens } from './wants-screens.ts';

/** How long certificates and pods are waited for where --timeout does not say. */
export const usualTimeout = '10m';

/** `orion-setup deploy [ENV]`: what the tree says, applied in order, waited for, verified and remembered. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  if (!wantsScreens(invocation, io)) return await deploy(invocation, io, realWorld(invocation, io));
  const { deployOnScreens } = await import('./deploy-on-screens.ts');
  return await deployOnScreens('deploy', invocation, io);
}

export const deploy = (invocation: Invocation, io: Io, world: SetupWorld, given: Known = {}): Promise<number> =>
  withDeploy(invocation, io, world, 'deploy', (opened) => deployIn(opened, invocation, io), given);

async function deployIn(opened: OpenDeploy, invocation: Invocation, io: Io): Promise<number> {
  const { options } = invocation;
  const { environment, ports, cluster, identity, place } = opened;
  const prune = options.prune ?? false;
  const timeoutMs = parseDuration(options.timeout ?? usualTimeout, '--timeout');
  insistOnPin(place, identity);
  const { objects, image, gateDigest } = await renderedFor(opened, io);
  await tellOtherRuns(opened);
  const { gate, overridden } = await gateOf(opened, gateDigest, invocation, io);
  const proposal = await propose(ports, cluster, environment, objects, { prune, remembers: true }, io.signal);
  return await applyProposal(
    opened,
    {
      proposal,
      objects,
      set: { keptSecrets: [], image, gateDigest, overridden },
      title: `Deploy ${environment}${overridden === undefined ? '' : `, gate overridden: ${overridden}`}`,
      command: commandOf(opened, invocation),
      seeing: `diff ${environment}${prune ? ' --prune' : ''}`,
      prune,
      timeoutMs,
      about: { action: 'deploy', image, digest: gateDigest, gate, overridden: overridden ?? null },
      after: (done) => ({ gate: environment === 'staging' ? done.gate : gate, next: nextOf(opened, done) }),
    },
    invocation,
    io,
  );
}

/** The command that was typed, for saying it again with consent. */
function commandOf({ environment }: OpenDeploy, { options }: Invocation): string {
  const reason = options['override-gate'];
  return [
    `deploy ${environment}`,
    ...(options.prune ? ['--prune'] : []),
    ...(options['gate-from'] === undefined ? [] : [`--gate-from ${options['gate-from']}`]),
    ...(reason === undefined ? [] : [`--override-gate ${JSON.stringify(reason)}`]),
  ].join(' ');
}

function nextOf({ environment }: OpenDeploy, { outcome, sent, rootCauses }: CarriedOut): string[] {
  const again = `orion-setup deploy ${environment}`;
  if (outcome === 'healthy') return environment === 'staging' ? ['orion-setup diff production'] : [];
  if (sent.outcome === 'stopped')
    return [`Once that is mended it goes on: ${again}`, `orion-setup rollback ${environment}`];
  return [
    ...rootCauses.map((code) => `orion-setup explain ${code}`),
    `orion-setup runbook -n ${namespaces[environment]}`,
    again,
    `orion-setup rollback ${environment}`,
  ];
}
