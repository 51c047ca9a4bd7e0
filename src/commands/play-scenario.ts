import { runbooks } from '../../runbooks/index.ts';
import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { Diagnosis, Runbook } from '../core/diagnosis.ts';
import { exitCodes } from '../core/failure.ts';
import { type KindName, kinds, ref } from '../core/kubernetes/kinds.ts';
import type { Io } from '../core/outside/io.ts';
import { runbookReport } from '../core/report/runbook-report.ts';
import type { HealStep, Scenario } from '../core/scenario.ts';
import { diagnose } from '../engine/diagnose.ts';
import { runbookText } from '../views/plain/runbook-text.ts';
import { mendHere } from './mend-here.ts';
import { type OpenPractice, openPractice } from './open-practice.ts';
import type { Session } from './session.ts';

/** The longest that a story's good end is waited for, by the practice clock. */
const patienceMs = 10 * 60_000;

/** Plays one story in lines: what is wrong, what helps, that it helped. 0 once it is at its good end. */
export async function playScenario(scenario: Scenario, invocation: Invocation, io: Io): Promise<number> {
  const onScreens = !invocation.options.auto && faceOf(invocation.options, io) === 'screens';
  const opened = await openPractice(scenario, onScreens ? 'watched' : 'by-itself', io);
  try {
    const session = sessionOf(opened, scenario);
    io.out(`Practice: ${scenario.title}.\n${scenario.story ? `${scenario.story.trim()}\n` : ''}\n`);
    if (onScreens) {
      const { runbookOnScreens } = await import('./runbook-on-screens.ts');
      return await runbookOnScreens(session, invocation, io);
    }
    let diagnosis = await lookAt(session, io);
    say(session, diagnosis, io);
    for (const step of scenario.heal) {
      io.out('\n');
      diagnosis = await heal(step, session, opened.practice, diagnosis, invocation, io);
    }
    if (scenario.heal.length === 0 && !scenario.expect) {
      io.out('\nKept evidence tells no story to play. On a terminal it can be practised on.\n');
      return exitCodes[diagnosis.outcome];
    }
    const wanted = scenario.heal.length > 0 ? 'healthy' : (scenario.expect?.outcome ?? 'healthy');
    diagnosis = await until(wanted, session, diagnosis, io);
    if (scenario.heal.length > 0) {
      io.out('\n');
      say(session, diagnosis, io);
    }
    const isGood = diagnosis.outcome === wanted;
    io.out(
      isGood
        ? `\nThe story is at its good end: ${wanted}.\n`
        : `\nThe story did not come to its good end: it is ${diagnosis.outcome}, not ${wanted}.\n`,
    );
    return isGood ? 0 : exitCodes[diagnosis.outcome];
  } finally {
    await opened.close();
  }
}

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
      ground: { namespace, context: identity.context, environment: 'staging' },
      insistOnPin: () => {},
    },
  };
}

export const lookAt = ({ runbook, target, look, clock }: Session, io: Io): Promise<Diagnosis> =>
  diagnose(runbook, target, look, clock.now(), io.signal);

export function say(session: Session, diagnosis: Diagnosis, io: Io): void {
  const now = session.clock.now();
  const report = runbookReport({
    version: io.version,
    target: session.describes,
    runbook: session.runbook.name,
    startedAt: now,
    endedAt: now,
    apiRequests: session.requests(),
    diagnosis,
    remediation: null,
  });
  io.out(runbookText(report, session.runbook.title, session.target.name, now));
}

/** One step of the way to the good end: by this tool, by somebody else, or by time. */
async function heal(
  step: HealStep,
  session: Session,
  practice: OpenPractice['practice'],
  before: Diagnosis,
  { options }: Invocation,
  io: Io,
): Promise<Diagnosis> {
  if ('remedy' in step) {
    // The practice cluster is nobody's production: the consent that would be typed is given.
    const consenting: Invocation = {
      words: [session.runbook.name],
      options: { ...options, yes: true, confirm: [session.target.namespace ?? ''], remedy: step.remedy },
    };
    const told: Io = { ...io, err: io.out };
    return (await mendHere(session, before, consenting, told)).diagnosis;
  }
  if ('world' in step) {
    io.out('Somebody else mends it: the world outside changes.\n');
    practice.mergeWorld(step.world);
  } else if ('object' in step) {
    io.out(`By hand: ${step.object} is ${step.patch === null ? 'deleted' : 'changed'}.\n`);
    practice.patchObject(step.object, step.patch);
  } else {
    io.out(`Time passes: ${step.pass}.\n`);
    practice.advance(step.pass);
  }
  return lookAt(session, io);
}

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
