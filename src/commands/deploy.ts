import type { Invocation } from '../cli/invocation.ts';
import { hostIn } from '../core/deploy/host-in.ts';
import { parseDuration } from '../core/durations.ts';
import { refTo } from '../core/kubernetes/object.ts';
import type { Io } from '../core/outside/io.ts';
import { namespaces } from '../core/setup/settings.ts';
import { type CarriedOut, carryOut } from '../engine/deploy/carry-out.ts';
import { insistOnOwn, propose, stepsOf } from '../engine/deploy/propose.ts';
import { proposalLines } from '../views/plain/deploy-lines.ts';
import { consentToDeploy } from './consent-to-deploy.ts';
import { endDeploy, shownOf } from './deploy-report.ts';
import { gateOf } from './gate.ts';
import { type Known, type OpenDeploy, renderedFor, tellCutOff, withDeploy } from './open-deploy.ts';
import { insistOnPin } from './place.ts';
import { realWorld, type SetupWorld } from './setup-world.ts';

/** How long certificates and pods are waited for where --timeout does not say. */
export const usualTimeout = '10m';

/** `orion-setup deploy [ENV]`: what the tree says, applied in order, waited for, verified and remembered. */
export const run = (invocation: Invocation, io: Io): Promise<number> =>
  deploy(invocation, io, realWorld(invocation, io));

export const deploy = (invocation: Invocation, io: Io, world: SetupWorld, given: Known = {}): Promise<number> =>
  withDeploy(invocation, io, world, 'deploy', (opened) => deployIn(opened, invocation, io), given);

async function deployIn(opened: OpenDeploy, invocation: Invocation, io: Io): Promise<number> {
  const { options } = invocation;
  const { environment, ports, cluster, context, identity, place, isDocument, tell } = opened;
  const prune = options.prune ?? false;
  const timeoutMs = parseDuration(options.timeout ?? usualTimeout, '--timeout');
  insistOnPin(place, identity);
  const { objects, image, gateDigest } = await renderedFor(opened, io);
  await tellCutOff(opened);
  const { gate, overridden } = await gateOf(opened, gateDigest, invocation, io);
  const proposal = await propose(ports, cluster, environment, objects, io.signal);
  const shown = shownOf(proposal);
  if (!isDocument) io.err(proposalLines(shown, prune));
  insistOnOwn(proposal);
  const about = {
    action: 'deploy',
    image,
    digest: gateDigest,
    gate,
    overridden: overridden ?? null,
    ...shown,
  } as const;
  if (shown.blocked.length > 0)
    return endDeploy(opened, invocation, io, {
      ...about,
      outcome: 'problem',
      because: `Nothing was changed: the server refuses ${shown.blocked.map(({ object, because }) => `${object}: ${because}`).join(' ')}`,
      notApplied: shown.changes.map(({ object }) => object),
    });

  const steps = stepsOf(proposal, prune);
  const deletes = steps.some(({ change }) => change.do === 'delete');
  if (steps.length > 0)
    await consentToDeploy(opened, deletes ? 'medium' : 'low', commandOf(opened, invocation), invocation, io);
  const leftovers = proposal.leftovers.flatMap(({ live, kept }) => (prune && kept === null ? [] : [refTo(live)]));
  const title = `Deploy ${environment}${overridden === undefined ? '' : `, gate overridden: ${overridden}`}`;
  const set = { objects, keptSecrets: [], image, gateDigest, overridden, leftovers };
  const done = await carryOut(
    ports,
    cluster,
    { environment, context, host: hostIn(objects), identity, title, set },
    steps,
    timeoutMs,
    tell,
    io.signal,
  );
  return endDeploy(opened, invocation, io, {
    ...about,
    ...resultOf(done),
    gate: environment === 'staging' ? done.gate : gate,
    next: nextOf(opened, done),
  });
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

export const resultOf = (done: CarriedOut) => ({
  outcome: done.outcome,
  because: done.because,
  rootCauses: [...done.rootCauses],
  applied: [...done.sent.applied],
  notApplied: [...done.sent.notApplied],
  checks: [...done.checks],
  undoId: done.id,
});

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
