import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { parseDuration, utc } from '../core/durations.ts';
import { exitCodes } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { exitCodeOfOutcome, runbookReport } from '../core/report/runbook-report.ts';
import { diagnose } from '../engine/diagnose.ts';
import { runbookText } from '../views/plain/runbook-text.ts';
import { printDocument } from './document.ts';
import { insistOnTarget } from './run-runbook.ts';
import type { Session } from './session.ts';

const restMs = 5000;
const patience = '10m';

/** `runbook NAME --watch`: looks again and again, says what changed, and ends once it is healthy, or with 124 at --timeout. */
export async function watchRunbook(session: Session, { options }: Invocation, io: Io): Promise<number> {
  const { runbook, target, look, clock } = session;
  const startedAt = clock.now();
  const deadline = startedAt.getTime() + parseDuration(options.timeout ?? patience, '--timeout');
  const inLines = faceOf(options, io) !== 'document';
  let last = '';
  for (;;) {
    // Read before the look: what is late must have been looked at once more after the time was up.
    const lookedAt = clock.now();
    const diagnosis = await diagnose(runbook, target, look, lookedAt, io.signal);
    if (session.named) insistOnTarget(session, diagnosis);
    const endedAt = clock.now();
    const isOver = diagnosis.outcome === 'healthy' || lookedAt.getTime() >= deadline;
    const report = runbookReport({
      version: io.version,
      target: session.describes,
      runbook: runbook.name,
      startedAt,
      endedAt,
      apiRequests: session.requests(),
      diagnosis,
      remediation: null,
    });
    const seen = gistOf(diagnosis);
    if (inLines && seen !== last)
      io.out(`${utc(endedAt)}\n${runbookText(report, runbook.title, target.name, endedAt)}\n`);
    last = seen;
    if (isOver) {
      if (!inLines) printDocument(io, options.output, report);
      if (diagnosis.outcome === 'healthy') return exitCodeOfOutcome('healthy');
      io.err(`Still ${diagnosis.outcome} after ${options.timeout ?? patience}. Nothing was changed.\n`);
      return exitCodes['timed-out'];
    }
    await clock.sleep(Math.min(restMs, Math.max(0, deadline - endedAt.getTime())), io.signal);
  }
}

/** What of a diagnosis is worth saying again: not the passing of time. */
const gistOf = ({ outcome, findings, unrecognised, waiting }: Diagnosis): string =>
  JSON.stringify([
    outcome,
    findings.map(({ code, root, because }) => [code, root, because]),
    unrecognised?.quote,
    waiting?.for,
    waiting?.nextTryAt,
  ]);
