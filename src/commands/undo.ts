import { mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { consentTo, isGiven, optionsFor } from '../core/consent.ts';
import { ExpectedStop, exitCodes } from '../core/failure.ts';
import type { Begun, Journal } from '../core/journal.ts';
import { commandsOf } from '../core/journal-commands.ts';
import { appliedOver, begunOf, stateOf, undoOf } from '../core/journal-state.ts';
import type { ClusterIdentity, ClusterReader } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import { environmentNames, namespaces } from '../core/setup/settings.ts';
import type { Journals } from '../edges/journal/journals.ts';
import { refusedBack } from '../engine/take-back.ts';
import { overTheirs, waysBack } from '../engine/undo.ts';
import { journalsOf } from './change-log.ts';
import { openCluster } from './open-cluster.ts';
import { insistOnPin, type Place, placeOf } from './place.ts';
import { closeUndone, settleDoubts } from './settle-undo.ts';
import { type TakeBackPlace, takeBackAll } from './take-back-all.ts';
import { type UndoFace, undoAsDocument, undoByLine } from './undo-face.ts';
import { wantsScreens } from './wants-screens.ts';

export type UndoPlace = Omit<TakeBackPlace, 'reader'> & { readonly reader: ClusterReader; readonly place: Place };

/** `orion-setup undo [ID]`: puts back what a change set did, where its objects are still as it left them. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  if (!wantsScreens(invocation, io)) return await undoHere(invocation, io);
  const { undoOnScreens } = await import('./undo-on-screens.ts');
  return await undoOnScreens(invocation, io);
}

/** On the cluster that the profile or the command line names. */
export async function undoHere(invocation: Invocation, io: Io, face?: UndoFace): Promise<number> {
  const place = await placeOf(invocation, io);
  const cluster = await openCluster(invocation, io, place.context);
  try {
    const identity = await cluster.identity();
    face?.entered(place, identity.context);
    insistOnPin(place, identity);
    const here = { ...cluster, identity, journals: journalsOf(io), place };
    return await undo(here, invocation, io, face);
  } finally {
    cluster.close();
  }
}

export async function undo(
  place: UndoPlace,
  invocation: Invocation,
  io: Io,
  screens: UndoFace | undefined = undefined,
): Promise<number> {
  const { words, options } = invocation;
  const { journals, identity } = place;
  const journal = await chosen(journals, words[0]);
  const begun = begunOf(journal);
  if (!begun) throw new ExpectedStop('usage', 'That change never began; there is nothing to take back.');
  insistOnSameCluster(begun, identity);
  await insistOnOwnHands(place, begun, journal);
  const ways = await waysBack(undoOf(journal.records), place.reader, io.signal);
  const isDocument = options.output !== undefined && options.output !== 'text';
  const face = screens ?? (isDocument ? undoAsDocument(io, invocation) : undoByLine(io));
  face.proposed(begun.title, ways);
  const isDryRun = options['dry-run'] === 'server';
  insistOnWhole(begun, journal);
  if (!isDryRun) await settleDoubts(place, begun.id, ways);
  const mayBeAsked = !isDocument && !isDryRun && mayAsk(options, io);
  const isContested = ways.some(({ way }) => way === 'changed-since');
  const isOpen = ways.some(({ way }) => way === 'open');
  const stuck = ways.filter(({ way }) => way === 'cannot' || way === 'changed-since');
  if (isContested ? !mayBeAsked : !isOpen) {
    if (!isDryRun) await closeUndone(place, begun.id, ways);
    face.ended({ id: begun.id, ways, done: [] });
    return stuck.length > 0 ? exitCodes.refused : 0;
  }
  const agreed = overTheirs(ways);
  // Half of it is not taken back because the rest could not be looked at.
  const unseen = ways.flatMap((way) => (way.way === 'cannot' && way.unseen ? [way.because] : []));
  const refused = [...unseen, ...(await refusedBack(agreed, place, io.signal))];
  if (refused.length > 0)
    throw new ExpectedStop('refused', `Not all of it can be taken back, so nothing was changed: ${refused.join(' ')}`, [
      `Once that is mended: orion-setup undo ${begun.id}`,
    ]);
  if (isDryRun) {
    if (isDocument) face.ended({ id: begun.id, ways, done: [] });
    return 0;
  }

  await insistOnConsent(place, begun, isContested, face, invocation, io);
  await using _lock = await journals.lock();
  const done = await takeBackAll(place, begun, agreed, io.signal);
  face.ended({ id: begun.id, ways, done });
  return done.every(({ ok }) => ok) && agreed.every(({ way }) => way !== 'cannot') ? 0 : exitCodes.refused;
}

function insistOnSameCluster({ id, cluster }: Begun, identity: ClusterIdentity): void {
  if (cluster.uid === null || identity.uid === null || cluster.uid === identity.uid) return;
  throw new ExpectedStop(
    'refused',
    `${id} was done on another cluster (${cluster.context}, ${cluster.server}). Nothing was changed.`,
    [`orion-setup undo ${id} --context ${cluster.context}`],
  );
}

/** What other programs did is taken back by them, and by a person. */
async function insistOnOwnHands(place: UndoPlace, { id, title }: Begun, { records }: Journal): Promise<void> {
  const runs = commandsOf(records);
  if (runs.length === 0) return;
  await closeUndone(place, id, []);
  const byHand = runs.flatMap(({ command }) => command.takenBackBy ?? []).toReversed();
  throw new ExpectedStop(
    'refused',
    `${id} (${title}) ran other programs, and what they made others may use by now, so this tool does not take it back. Nothing was changed. CRDs that go take everything made of them with them.`,
    byHand.map((line) => `By hand: ${line}`),
  );
}

function insistOnWhole({ id, namespace }: Begun, { records }: Journal): void {
  const over = appliedOver(records);
  if (over.length === 0) return;
  const environment = environmentNames.find((name) => namespaces[name] === namespace) ?? 'staging';
  throw new ExpectedStop(
    'refused',
    `${id} changed what stood there before (${over.join(', ')}). Taking away only what it made beside that would leave those without what they refer to, so it is taken back as a whole, by an earlier set. Nothing was changed.`,
    [`orion-setup rollback ${environment}`],
  );
}

/** Somebody who sees the three versions may say that theirs goes. That is a word of its own: no option given beforehand speaks for it. */
async function insistOnConsent(
  { place, identity }: UndoPlace,
  { id, namespace }: Begun,
  isContested: boolean,
  face: UndoFace,
  { options }: Invocation,
  io: Io,
): Promise<void> {
  const environment = environmentNames.find((name) => place.profile?.environments[name]?.namespace === namespace);
  const wanted = consentTo(isContested ? 'medium' : 'low', { namespace, context: identity.context, environment });
  if (!isContested && isGiven(wanted, options)) return;
  const isDocument = options.output !== undefined && options.output !== 'text';
  if (isDocument || !mayAsk(options, io))
    throw new ExpectedStop('refused', 'Taking it back needs your word. Nothing was changed.', [
      `orion-setup undo ${id} ${optionsFor(wanted)}`,
    ]);
  if (!(await face.consents(wanted, isContested))) throw new ExpectedStop('operator-said-no', 'Nothing was changed.');
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
  const state = stateOf(last);
  if (state.is === 'running') {
    const { id: lastId, title } = begunOf(last) as Begun;
    throw new ExpectedStop(
      'refused',
      `The last change, "${title}" (${lastId}), is not done yet: process ${state.pid} is at it. Nothing was changed.`,
      ['Let it finish, then run this again.', `To take it back all the same: orion-setup undo ${lastId}`],
    );
  }
  return last;
}
