import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { exitCodes } from '../core/failure.ts';
import { healInWords } from '../core/heal-in-words.ts';
import type { Io } from '../core/outside/io.ts';
import { runbookReport } from '../core/report/runbook-report.ts';
import type { HealStep, Scenario } from '../core/scenario.ts';
import { runbookText } from '../views/plain/runbook-text.ts';
import { mendHere } from './mend-here.ts';
import { type OpenPractice, openPractice } from './open-practice.ts';
import { lookAt, sessionOf, until } from './practice-session.ts';
import type { Session } from './session.ts';
import { letOthers } from './story.ts';

/** Plays one story in lines: what is wrong, what helps, that it helped. 0 once it is at its good end. */
export async function playScenario(scenario: Scenario, invocation: Invocation, io: Io): Promise<number> {
  const onScreens = !invocation.options.auto && faceOf(invocation.options, io) === 'screens';
  const opened = await openPractice(scenario, onScreens ? 'watched' : 'by-itself', io);
  try {
    const session = sessionOf(opened, scenario);
    if (onScreens) {
      const { guideScenario } = await import('./guide-scenario.ts');
      return await guideScenario(scenario, opened, invocation, io);
    }
    io.out(`Practice: ${scenario.title}.\n${scenario.story ? `${scenario.story.trim()}\n` : ''}\n`);
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
  io.out(`${healInWords(step)}\n`);
  letOthers(step, practice);
  return lookAt(session, io);
}
