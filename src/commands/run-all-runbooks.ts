import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { Runbook } from '../core/diagnosis.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { runbookReport } from '../core/report/runbook-report.ts';
import { runbookReportList } from '../core/report/runbook-report-list.ts';
import { exitCodeOfAll } from '../core/report/worst-outcome.ts';
import { diagnose } from '../engine/diagnose.ts';
import { lookedOnce } from '../engine/looked-once.ts';
import { runbookText } from '../views/plain/runbook-text.ts';
import { printDocument } from './document.ts';
import type { OpenRunbooks } from './open-runbooks.ts';

/** `runbook` without a name and with nobody to ask: all of them in one gather, and which of them applies. */
export async function runAllRunbooks(
  opened: OpenRunbooks,
  runbooks: readonly Runbook[],
  { options }: Invocation,
  io: Io,
): Promise<number> {
  if (options.save !== undefined)
    throw new ExpectedStop('usage', '--save keeps what one runbook saw: name it.', ['orion-setup help runbook']);
  const look = lookedOnce(opened.look);
  const reports = await Promise.all(
    runbooks.map(async (runbook) => {
      const { target, clock } = await opened.sessionOf(runbook);
      const startedAt = clock.now();
      const diagnosis = await diagnose(runbook, target, look, startedAt, io.signal);
      const endedAt = clock.now();
      const run = { version: io.version, target: opened.describes, runbook: runbook.name, startedAt, endedAt };
      return runbookReport({ ...run, apiRequests: opened.requests(), diagnosis, remediation: null });
    }),
  );
  const list = runbookReportList(reports, io.version);
  if (faceOf(options, io) === 'document') printDocument(io, options.output, list);
  else {
    for (const [place, report] of reports.entries()) {
      const runbook = runbooks[place];
      if (runbook) io.out(`${runbookText(report, runbook.title, runbook.target.name, new Date(report.startedAt))}\n`);
    }
    io.out(list.applies.length === 0 ? 'No runbook applies.\n' : `What applies: ${list.applies.join(', ')}.\n`);
  }
  return exitCodeOfAll(reports.map(({ outcome }) => outcome));
}
