import { resolve } from 'node:path';
import { stringify } from 'yaml';
import type { Invocation } from '../cli/invocation.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { ExpectedStop } from '../core/failure.ts';
import { begunOf, undoOf } from '../core/journal-state.ts';
import type { Io } from '../core/outside/io.ts';
import { incidentReport } from '../core/report/incident-report.ts';
import { exitCodeOfOutcome, type Remediation, runbookReport } from '../core/report/runbook-report.ts';
import { evidenceOf } from '../core/save-evidence.ts';
import { systemFiles } from '../edges/files/system-files.ts';
import { diagnose } from '../engine/diagnose.ts';
import { mend } from '../engine/mend.ts';
import { overTheirs, type WayBack, waysBack } from '../engine/undo.ts';
import { runbookScreens } from '../views/ink/runbook/runbook-screens.tsx';
import { mendingOf } from './mend-here.ts';
import type { Session } from './session.ts';
import type { Story } from './story.ts';
import { takeBackAll } from './take-back-all.ts';

/** A runbook on a terminal: everything is looked at, asked and done from the screens. Answers the exit code. */
export async function runbookOnScreens(
  session: Session,
  { options }: Invocation,
  io: Io,
  inPractice?: { readonly story?: Story },
): Promise<number> {
  const { runbook, target, clock, describes, cluster } = session;
  let shown: readonly WayBack[] = [];
  const left = await runbookScreens({
    title: runbook.title,
    runbook: runbook.name,
    isPractice: inPractice !== undefined,
    others: inPractice?.story,
    target,
    describes,
    ground: cluster?.ground ?? { namespace: describes.namespace, context: describes.context, environment: undefined },
    look: (onLook) => diagnose(runbook, target, session.look, clock.now(), io.signal, onLook),
    mend: cluster
      ? async (only, consent, emit, signal) => {
          cluster.insistOnPin();
          const diagnosis = await diagnose(runbook, target, session.look, clock.now(), signal);
          await using _lock = await cluster.journals.lock();
          const mended = await mend(
            { ...mendingOf(session), consent, only, dryRunOnly: false, emit },
            diagnosis,
            AbortSignal.any([signal, io.signal]),
          );
          if (mended.remediation?.applied) inPractice?.story?.did(only);
          return mended;
        }
      : undefined,
    undo: cluster
      ? {
          ways: async (id) => {
            shown = await waysBack(undoOf((await cluster.journals.read(id))?.records ?? []), cluster.reader, io.signal);
            return shown;
          },
          take: async (id) => {
            cluster.insistOnPin();
            const journal = await cluster.journals.read(id);
            const begun = journal && begunOf(journal);
            if (!journal || !begun) throw new ExpectedStop('usage', `There is no change "${id}" on this machine.`);
            await using _lock = await cluster.journals.lock();
            // What was shown is what was agreed to: where its fields were changed in between, it is refused.
            return await takeBackAll({ ...cluster, clock }, begun, overTheirs(shown), io.signal);
          },
        }
      : undefined,
    save: async (diagnosis) => {
      const path = resolve(
        io.cwd,
        options.save ?? `${runbook.name}-${clock.now().toISOString().slice(0, 16).replaceAll(':', '')}.yaml`,
      );
      await systemFiles.write(
        path,
        stringify(evidenceOf(diagnosis.snapshot, runbook.name, `${runbook.title}, ${target.name}`)),
        0o600,
      );
      return path;
    },
    report: (before, after, remediation) => {
      const reportOf = (diagnosis: Diagnosis, of: Remediation | null) =>
        runbookReport({
          version: io.version,
          target: describes,
          runbook: runbook.name,
          startedAt: diagnosis.snapshot.now,
          endedAt: diagnosis.snapshot.now,
          apiRequests: session.requests(),
          diagnosis,
          remediation: of,
        });
      return incidentReport({
        title: runbook.title,
        object: target.name,
        first: reportOf(before, null),
        last: reportOf(after, remediation),
      });
    },
    keepReport: async (text) => {
      const path = resolve(io.cwd, `${runbook.name}-${clock.now().toISOString().slice(0, 16).replaceAll(':', '')}.md`);
      await systemFiles.write(path, text, 0o600);
      return path;
    },
    now: clock.now,
    say: io.out,
    terminal: { env: io.env, noColor: options['no-color'] ?? false, signal: io.signal },
  });
  if (left.how === 'interrupted') throw new ExpectedStop('interrupted', left.summary);
  return left.diagnosis ? exitCodeOfOutcome(left.diagnosis.outcome) : 0;
}
