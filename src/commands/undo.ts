import { mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { consentTo, isGiven, optionsFor } from '../core/consent.ts';
import { ExpectedStop, exitCodes } from '../core/failure.ts';
import type { Begun, Journal } from '../core/journal.ts';
import { appliedOver, begunOf, undoOf } from '../core/journal-state.ts';
import type { ClusterReader } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import { undoReport } from '../core/report/undo-report.ts';
import { environmentNames, namespaces } from '../core/setup/settings.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import type { Journals } from '../edges/journal/journals.ts';
import { refusedBack, type WayBack, waysBack } from '../engine/undo.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';
import { consentByLine } from '../views/plain/choose-remedy.ts';
import { undoText } from '../views/plain/undo-text.ts';
import { journalsOf } from './change-log.ts';
import { printDocument } from './document.ts';
import { openCluster } from './open-cluster.ts';
import { insistOnPin, type Place, placeOf } from './place.ts';
import { closeUndone, settleDoubts } from './settle-undo.ts';
import { type TakeBackPlace, takeBackAll } from './take-back-all.ts';

export type UndoPlace = Omit<TakeBackPlace, 'reader'> & { readonly reader: ClusterReader; readonly place: Place };

/** `orion-setup undo [ID]`: puts back what a change set did, where its objects are still as it left them. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  const place = await placeOf(invocation, io);
  const cluster = await openCluster(invocation, io, place.context);
  try {
    const identity = await cluster.identity();
    insistOnPin(place, identity);
    return await undo({ ...cluster, identity, journals: journalsOf(io), clock: systemClock, place }, invocation, io);
  } finally {
    cluster.close();
  }
}

export async function undo(place: UndoPlace, { words, options }: Invocation, io: Io): Promise<number> {
  const { journals, identity } = place;
  const journal = await chosen(journals, words[0]);
  const begun = begunOf(journal);
  if (!begun) throw new ExpectedStop('usage', 'That change never began; there is nothing to take back.');
  if (begun.cluster.uid !== null && identity.uid !== null && begun.cluster.uid !== identity.uid) {
    throw new ExpectedStop(
      'refused',
      `${begun.id} was done on another cluster (${begun.cluster.context}, ${begun.cluster.server}). Nothing was changed.`,
      [`orion-setup undo ${begun.id} --context ${begun.cluster.context}`],
    );
  }
  const ways = await waysBack(undoOf(journal.records), place.reader, io.signal);
  const isDocument = options.output !== undefined && options.output !== 'text';
  if (!isDocument) io.err(undoText(begun.title, ways));
  const isDryRun = options['dry-run'] === 'server';
  const over = appliedOver(journal.records);
  if (over.length > 0) {
    const environment = environmentNames.find((name) => namespaces[name] === begun.namespace) ?? 'staging';
    throw new ExpectedStop(
      'refused',
      `${begun.id} changed what stood there before (${over.join(', ')}). Taking away only what it made beside that would leave those without what they refer to, so it is taken back as a whole, by an earlier set. Nothing was changed.`,
      [`orion-setup rollback ${environment}`],
    );
  }
  if (!isDryRun) await settleDoubts(place, begun.id, ways);
  const mayBeAsked = !isDocument && !isDryRun && mayAsk(options, io);
  const isContested = ways.some(({ way }) => way === 'changed-since');
  const stuck = ways.filter(({ way }) => way === 'cannot' || way === 'changed-since');
  if (isContested && mayBeAsked) return await overTheirs(place, begun, ways, io);
  if (isContested || !ways.some(({ way }) => way === 'open')) {
    if (!isDryRun) await closeUndone(place, begun.id, ways);
    if (isDocument) printDocument(io, options.output, undoReport(begun.id, ways, [], io.version));
    else if (isContested)
      io.out(
        `Nothing was changed. To put back what was there before, over what somebody else wrote, say so on a terminal: orion-setup undo ${begun.id}\n`,
      );
    else
      io.out(stuck.length > 0 ? 'Nothing was changed.\n' : 'There is nothing to take back: all is as it was before.\n');
    return stuck.length > 0 ? exitCodes.refused : 0;
  }
  // Half of it is not taken back because the rest could not be looked at.
  const unseen = ways.flatMap((way) => (way.way === 'cannot' && way.unseen ? [way.because] : []));
  const refused = [...unseen, ...(await refusedBack(ways, place.writer, io.signal))];
  if (refused.length > 0)
    throw new ExpectedStop('refused', `Not all of it can be taken back, so nothing was changed: ${refused.join(' ')}`, [
      `Once that is mended: orion-setup undo ${begun.id}`,
    ]);
  if (isDryRun) {
    if (isDocument) printDocument(io, options.output, undoReport(begun.id, ways, [], io.version));
    return 0;
  }

  const { profile } = place.place;
  const environment = environmentNames.find((name) => profile?.environments[name]?.namespace === begun.namespace);
  const wanted = consentTo('low', { namespace: begun.namespace, context: identity.context, environment });
  if (!isGiven(wanted, options)) {
    if (isDocument || !mayAsk(options, io))
      throw new ExpectedStop('refused', 'Taking it back needs your word. Nothing was changed.', [
        `orion-setup undo ${begun.id} ${optionsFor(wanted)}`,
      ]);
    if (!(await consentByLine(wanted, lineQuestions(io.signal))))
      throw new ExpectedStop('operator-said-no', 'Nothing was changed.');
  }
  await using _lock = await journals.lock();
  const done = await takeBackAll(place, begun, ways, io.signal);
  if (isDocument) printDocument(io, options.output, undoReport(begun.id, ways, done, io.version));
  else for (const { ok, detail } of done) io.out(`${ok ? 'Taken back' : 'Refused'}: ${detail}\n`);
  return done.every(({ ok }) => ok) && stuck.length === 0 ? 0 : exitCodes.refused;
}

/**
 * Somebody who sees the three versions may say that theirs goes. That is a word of its own: no option given beforehand speaks for it.
 */
async function overTheirs(place: UndoPlace, begun: Begun, ways: readonly WayBack[], io: Io): Promise<number> {
  const wanted = {
    by: 'typing',
    words: [begun.namespace],
  } as const;
  io.err('Taken back all the same, what somebody else wrote is lost.\n');
  if (!(await consentByLine(wanted, lineQuestions(io.signal))))
    throw new ExpectedStop('operator-said-no', 'Nothing was changed.');
  await using _lock = await place.journals.lock();
  const agreed = ways.map(
    (way): WayBack => (way.way === 'changed-since' ? { way: 'open', n: way.n, change: way.over } : way),
  );
  const done = await takeBackAll(place, begun, agreed, io.signal);
  for (const { ok, detail } of done) io.out(`${ok ? 'Taken back' : 'Refused'}: ${detail}\n`);
  return done.every(({ ok }) => ok) && agreed.every(({ way }) => way !== 'cannot') ? 0 : exitCodes.refused;
}

/** The named one, else the last that changed something and is not itself an undo. */
async function chosen(journals: Journals, id: string | undefined): Promise<Journal> {
  if (id !== undefined) {
    const journal = await journals.read(id);
    if (journal) return journal;
    throw new ExpectedStop('usage', `There is no change "${id}" on this machine.`, ['orion-setup history']);
  }
  const last = (await journals.list()).find(
    (journal) => begunOf(journal)?.undoes === undefined && undoOf(journal.records).length > 0,
  );
  if (!last) throw new ExpectedStop('usage', 'There is nothing on this machine to take back.', ['orion-setup history']);
  return last;
}
