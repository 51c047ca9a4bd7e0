import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { faceOf, mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { Diagnosis, Runbook } from '../core/diagnosis.ts';
import { ExpectedStop } from '../core/failure.ts';
import { type KindName, kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { nameOf } from '../core/look.ts';
import type { Io } from '../core/outside/io.ts';
import { incidentReport } from '../core/report/incident-report.ts';
import { exitCodeOfOutcome, runbookReport } from '../core/report/runbook-report.ts';
import { evidenceOf } from '../core/save-evidence.ts';
import { systemFiles } from '../edges/files/system-files.ts';
import { diagnose } from '../engine/diagnose.ts';
import type { Mended } from '../engine/mend.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';
import { choicesIn, chooseRemedy } from '../views/plain/choose-remedy.ts';
import { runbookText } from '../views/plain/runbook-text.ts';
import { printDocument } from './document.ts';
import { mendHere } from './mend-here.ts';
import type { Session } from './session.ts';

/** Looks, mends where asked, prints. Answers the exit code. */
export async function runRunbook(session: Session, invocation: Invocation, io: Io): Promise<number> {
  const { runbook, target, look, clock } = session;
  const { options } = invocation;
  const isAutomatic = options.fix || options.remedy !== undefined;
  if (!isAutomatic && faceOf(options, io) === 'screens') {
    const { runbookOnScreens } = await import('./runbook-on-screens.ts');
    return await runbookOnScreens(session, invocation, io);
  }
  const startedAt = clock.now();
  const diagnosis = await diagnose(runbook, target, look, startedAt, io.signal, (name, ok) => {
    if (options.verbose) io.err(`${ok ? 'looked at' : 'could not look at'}: ${name}\n`);
  });
  if (session.named) insistOnTarget(session, diagnosis);
  if (options.save !== undefined) await save(options.save, runbook, diagnosis, io);

  const reportOf = ({ diagnosis: seen, remediation }: Mended, endedAt: Date) => {
    const run = { version: io.version, target: session.describes, runbook: runbook.name, startedAt, endedAt };
    return runbookReport({ ...run, apiRequests: session.requests(), diagnosis: seen, remediation });
  };
  const asFound: Mended = { diagnosis, remediation: null };
  const first = reportOf(asFound, clock.now());
  const print = (mended: Mended): void => {
    const endedAt = clock.now();
    const report = mended === asFound ? first : reportOf(mended, endedAt);
    if (options.output === 'markdown')
      io.out(incidentReport({ title: runbook.title, object: target.name, first, last: report }));
    else if (faceOf(options, io) === 'document') printDocument(io, options.output, report);
    else io.out(runbookText(report, runbook.title, target.name, endedAt));
  };
  if (isAutomatic) {
    const mended = await mendHere(session, diagnosis, invocation, io);
    print(mended);
    return exitCodeOfOutcome(mended.diagnosis.outcome);
  }
  print(asFound);
  const mended = await offer(session, diagnosis, invocation, io);
  if (mended) print(mended);
  return exitCodeOfOutcome((mended ?? asFound).diagnosis.outcome);
}

/** In lines, with somebody there to ask: what this tool may do is offered by number. */
async function offer(
  session: Session,
  diagnosis: Diagnosis,
  { words, options }: Invocation,
  io: Io,
): Promise<Mended | undefined> {
  const choices = choicesIn(diagnosis);
  if (!session.cluster || choices.length === 0 || faceOf(options, io) !== 'lines' || !mayAsk(options, io))
    return undefined;
  const chosen = await chooseRemedy(choices, lineQuestions(io.signal), io.err);
  return chosen && (await mendHere(session, diagnosis, { words, options: { ...options, remedy: chosen.id } }, io));
}

/** A named object that is not there is a usage error that lists what is. */
export function insistOnTarget({ target }: Session, { snapshot }: Diagnosis): void {
  const kind = kinds[target.kind as KindName];
  const listed =
    snapshot.seen[nameOf({ at: 'list', kind, ...(target.namespace ? { namespace: target.namespace } : {}) })];
  if (!listed?.ok) return;
  const names = (listed.value as readonly KubernetesObject[]).map(({ metadata }) => metadata.name);
  if (names.includes(target.name)) return;
  throw new ExpectedStop(
    'usage',
    `There is no ${target.kind} "${target.name}" in ${target.namespace}.${names.length > 0 ? ' There are:' : ` There is no ${target.kind} at all.`}`,
    names,
  );
}

async function save(file: string, runbook: Runbook, diagnosis: Diagnosis, io: Io): Promise<void> {
  const path = resolve(io.cwd, file);
  await systemFiles.write(
    path,
    stringify(evidenceOf(diagnosis.snapshot, runbook.name, `${runbook.title}, ${diagnosis.snapshot.target.name}`)),
    0o600,
  );
  io.err(`Evidence kept in ${path}. Look at it again: orion-setup runbook --from ${file}\n`);
}
