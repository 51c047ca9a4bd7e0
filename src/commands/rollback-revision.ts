import type { Invocation } from '../cli/invocation.ts';
import { changeShown } from '../core/deploy/compare.ts';
import { hostIn } from '../core/deploy/host-in.ts';
import { parseDuration } from '../core/durations.ts';
import { ExpectedStop } from '../core/failure.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { Io } from '../core/outside/io.ts';
import { namespaces } from '../core/setup/settings.ts';
import { carryOut } from '../engine/deploy/carry-out.ts';
import { patching } from '../engine/deploy/change-set.ts';
import { earlierRevision } from '../engine/deploy/earlier.ts';
import { consentToDeploy } from './consent-to-deploy.ts';
import { usualTimeout } from './deploy.ts';
import { endDeploy, nothingShown, resultOf } from './deploy-report.ts';
import type { OpenDeploy } from './open-deploy.ts';

/** The pods alone go back, as `kubectl rollout undo` does it; everything else stays as it is. */
export async function rollBackRevision(
  opened: OpenDeploy,
  revision: number,
  invocation: Invocation,
  io: Io,
): Promise<number> {
  const { options } = invocation;
  const { environment, ports, cluster, context, identity, face, tree } = opened;
  const namespace = namespaces[environment];
  const timeoutMs = parseDuration(options.timeout ?? usualTimeout, '--timeout');
  const { change, deployment } = await earlierRevision(cluster, environment, revision, io.signal);
  const object = `Deployment/${namespace}/auth-service`;
  let shown = { ...nothingShown, unchanged: 1 };
  if (change !== undefined) {
    const tried = await cluster.writer.send(change, { dryRun: true }, io.signal);
    if (!tried.ok)
      throw new ExpectedStop('refused', `${object}: ${tried.detail} Nothing was changed.`, [
        `Look again: orion-setup rollback ${environment} --to-revision ${revision}`,
      ]);
    const diff = changeShown(deployment, tried.object ?? deployment);
    shown = { ...nothingShown, changes: [{ object, action: 'change', diff }] };
  }
  face.proposed(`Back to revision ${revision} of Deployment/auth-service:`, shown, false);
  const steps = change === undefined ? [] : [patching(change)];
  const command = `rollback ${environment} --to-revision ${revision}`;
  if (steps.length > 0) await consentToDeploy(opened, { risk: 'low', command }, invocation, io);
  const ingress = await cluster.reader.look(
    { at: 'get', kind: kinds.Ingress, name: 'auth-ingress', namespace },
    io.signal,
  );
  const done = await carryOut(
    ports,
    cluster,
    {
      environment,
      context,
      host: ingress.ok ? hostIn([ingress.value]) : '',
      identity,
      title: `Roll ${environment} back to revision ${revision}`,
      set: undefined,
    },
    steps,
    timeoutMs,
    face.tell,
    io.signal,
  );
  return endDeploy(opened, io, {
    ...shown,
    ...resultOf(done),
    action: 'rollback',
    to: { set: null, revision },
    next: [
      `The manifests in ${tree} are as they were: put them back too, else the next deploy brings this again.`,
      ...(done.id === null ? [] : [`orion-setup undo ${done.id}`]),
    ],
  });
}
