import { runbooks } from '../../runbooks/index.ts';
import type { Diagnosis, Runbook } from '../core/diagnosis.ts';
import { type KindName, kinds, ref } from '../core/kubernetes/kinds.ts';
import type { Io } from '../core/outside/io.ts';
import type { Scenario } from '../core/scenario.ts';
import { type EnvironmentName, namespaces } from '../core/setup/settings.ts';
import { diagnose } from '../engine/diagnose.ts';
import type { OpenPractice } from './open-practice.ts';
import type { Session } from './session.ts';

/** The longest that a story's good end is waited for, by the practice clock. */
const patienceMs = 10 * 60_000;

export function sessionOf(
  opened: OpenPractice,
  { runbook: name, target }: Pick<Scenario, 'runbook' | 'target'>,
): Session {
  const { connection, identity, journals, look, clock } = opened;
  const runbook = runbooks.find((item) => item.name === name) as Runbook;
  const { namespace } = target;
  return {
    runbook,
    target: ref(kinds[target.kind as KindName], target.name, namespace),
    named: false,
    look,
    clock,
    requests: connection.reader.requests,
    describes: {
      profile: null,
      context: identity.context,
      server: identity.server,
      clusterUid: identity.uid,
      namespace,
    },
    cluster: {
      reader: connection.reader,
      writer: connection.writer,
      identity,
      journals,
      ground: { namespace, context: identity.context, environment: environmentOf(namespace) },
      insistOnPin: () => {},
    },
  };
}

/** As a profile would say it, so that consent is asked for as it is for real. */
const environmentOf = (namespace: string): EnvironmentName =>
  namespace === namespaces.production ? 'production' : 'staging';

export const lookAt = ({ runbook, target, look, clock }: Session, io: Io): Promise<Diagnosis> =>
  diagnose(runbook, target, look, clock.now(), io.signal);

/** Looks again every few seconds of practice time until it is so, or patience ends. */
export async function until(
  wanted: Diagnosis['outcome'],
  session: Session,
  first: Diagnosis,
  io: Io,
): Promise<Diagnosis> {
  const { clock } = session;
  const deadline = clock.now().getTime() + patienceMs;
  let diagnosis = first;
  while (diagnosis.outcome !== wanted && clock.now().getTime() < deadline) {
    await clock.sleep(5000, io.signal);
    diagnosis = await lookAt(session, io);
  }
  return diagnosis;
}
