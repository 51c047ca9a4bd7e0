import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { NotLooked, Runbook } from '../core/diagnosis.ts';
import type { Io } from '../core/outside/io.ts';
import { exitCodeOfOutcome } from '../core/report/runbook-report.ts';
import { type SweepItem, sweepItem, sweepReport } from '../core/report/sweep-report.ts';
import { sweepCluster } from '../engine/sweep.ts';
import { sweepItemText, sweepText } from '../views/plain/sweep-text.ts';
import { printDocument } from './document.ts';
import type { OpenRunbooks } from './open-runbooks.ts';

/** `runbook [NAME] -A`: a read-only look at all namespaces that may be read, for a nightly job. Answers the exit code. */
export async function sweep(
  { look, requests, describes, clock: { now } }: OpenRunbooks,
  runbooks: readonly Runbook[],
  { options }: Invocation,
  io: Io,
): Promise<number> {
  const startedAt = now();
  const inLines = faceOf(options, io) !== 'document';
  const all: SweepItem[] = [];
  const notLooked: NotLooked[] = [];
  const unseen: NotLooked[] = [];
  const namespaces = await sweepCluster(
    runbooks,
    describes.namespace,
    look,
    now,
    (event) => {
      if (event.event === 'not-looked') notLooked.push(event.notLooked);
      else if (event.event === 'swept') {
        const item = sweepItem(event.swept.runbook.name, event.swept.diagnosis);
        all.push(item);
        unseen.push(...event.swept.diagnosis.coverage.notLooked);
        if (inLines && item.outcome !== 'healthy') io.out(sweepItemText(item));
      } else if (options.verbose) io.err(`${event.done} of ${event.of} namespaces: ${event.namespace}\n`);
    },
    io.signal,
  );
  const report = sweepReport({
    version: io.version,
    context: describes.context,
    server: describes.server,
    startedAt,
    endedAt: now(),
    apiRequests: requests(),
    namespaces,
    runbooks,
    all,
    notLooked,
    unseen,
  });
  if (inLines) io.out(sweepText(report));
  else printDocument(io, options.output, report);
  return exitCodeOfOutcome(report.outcome);
}
