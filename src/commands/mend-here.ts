import { join } from 'node:path';
import { faceOf, mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { targetOf } from '../core/change.ts';
import { consentTo, isGiven, optionsFor } from '../core/consent.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { ExpectedStop } from '../core/failure.ts';
import { sourceFileOf } from '../core/manifests/source-file.ts';
import type { Io } from '../core/outside/io.ts';
import { choose, type MendEvent, type Mended, type Mending, mend, type Proposal } from '../engine/mend.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';
import { consentByLine } from '../views/plain/choose-remedy.ts';
import { mendLine, proposalText, type TreeEdit, treeText } from '../views/plain/mend-text.ts';
import { openChangeLog } from './change-log.ts';
import type { Session } from './session.ts';

/** `--fix` and `--remedy` in lines: shows the change, takes consent from the options, does it, and says each step. */
export async function mendHere(
  session: Session,
  diagnosis: Diagnosis,
  { options, words }: Invocation,
  io: Io,
): Promise<Mended> {
  const { cluster, target } = session;
  if (!cluster) throw new ExpectedStop('usage', 'There is no cluster here to change.');
  if (options.remedy !== undefined) insistOnRemedy(diagnosis, options.remedy);
  const dryRunOnly = dryRunWanted(options['dry-run']);
  if (!dryRunOnly) cluster.insistOnPin();

  const consent = async ({ remedy }: Proposal): Promise<boolean> => {
    const wanted = consentTo(remedy.risk, cluster.ground);
    if (isGiven(wanted, options)) return true;
    if (mayAsk(options, io) && faceOf(options, io) !== 'document') {
      if (await consentByLine(wanted, lineQuestions(io.signal))) return true;
      throw new ExpectedStop('operator-said-no', 'Nothing was changed.');
    }
    throw new ExpectedStop('refused', `"${remedy.title}" was not done: it needs your word. Nothing was changed.`, [
      `orion-setup runbook ${[...words, '--fix', '--remedy', remedy.id].join(' ')} -n ${target.namespace ?? ''} ${optionsFor(wanted)}`,
    ]);
  };
  await using _lock = await cluster.journals.lock();
  // Lines say what changed: the same look twice is said once.
  let last = '';
  const emit = (event: MendEvent) => {
    const line = event.event === 'proposed' ? proposalText(event.proposal) : mendLine(event);
    if (line !== last) io.err(line);
    last = line;
  };
  const mended = await mend(
    { ...mendingOf(session), consent, only: options.remedy, dryRunOnly, emit },
    diagnosis,
    io.signal,
  );
  if (mended.remediation?.applied) io.err(treeText(editsIn(session, diagnosis, mended.remediation.remedy)));
  return mended;
}

/** The changes that the operator's own tree must follow: an object that comes from there is as it was after the next deploy. */
function editsIn({ tree }: Session, { findings }: Diagnosis, id: string): readonly TreeEdit[] {
  const remedy = findings.flatMap(({ remedies }) => remedies).find((one) => one.id === id);
  // What is put back by itself has no place in a tree.
  if (!tree || !remedy || remedy.relaxUntil || remedy.trial) return [];
  return remedy.changes.flatMap((change) => {
    const file = sourceFileOf(targetOf(change), tree.environment);
    return file === undefined ? [] : [{ path: join(tree.path, file), change }];
  });
}

/** What mending needs of a session, whoever asks for consent and watches. */
export function mendingOf({
  cluster,
  runbook,
  target,
  look,
  clock,
  describes,
}: Session): Omit<Mending, 'consent' | 'only' | 'dryRunOnly' | 'emit'> {
  if (!cluster) throw new ExpectedStop('usage', 'There is no cluster here to change.');
  return {
    runbook,
    target,
    look,
    writer: cluster.writer,
    clock,
    open: (remedy) =>
      openChangeLog(cluster.journals, clock, {
        identity: cluster.identity,
        reader: cluster.reader,
        namespace: target.namespace ?? '',
        command: `runbook ${runbook.name} --remedy ${remedy.id}`,
        title: remedy.title,
        profile: describes.profile ?? undefined,
      }),
  };
}

function dryRunWanted(option: string | undefined): boolean {
  if (option === undefined || option === 'none') return false;
  if (option === 'server') return true;
  throw new ExpectedStop('usage', `--dry-run is server or none, not "${option}".`);
}

/** A remedy that was named must be one that this tool may do here; else it says why not, and nothing is done. */
function insistOnRemedy(diagnosis: Diagnosis, id: string): void {
  if (choose(diagnosis, id)) return;
  const all = diagnosis.findings.flatMap(({ remedies }) => remedies);
  const named = all.find((remedy) => remedy.id === id);
  if (!named) {
    throw new ExpectedStop(
      'usage',
      `There is no remedy "${id}" for what was found.`,
      all.map((remedy) => `${remedy.id}: ${remedy.title}`),
    );
  }
  throw new ExpectedStop(
    'refused',
    `"${named.title}" is not done by this tool${named.blockedBy ? `: ${named.blockedBy}` : ''}. Nothing was changed. By hand:`,
    named.commands,
  );
}
