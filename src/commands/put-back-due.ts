import { ExpectedStop } from '../core/failure.ts';
import { dueOn, undoOf } from '../core/journal-state.ts';
import type { Io } from '../core/outside/io.ts';
import { waysBack } from '../engine/undo.ts';
import { settleDoubts } from './settle-undo.ts';
import { takeBackAll, type UndoPlace } from './undo.ts';

/**
 * Puts back what an earlier run had leave to do for a while only, and says so first: consent to relax something is consent to put it
 * back. While another run holds the lock it may be at that very thing, and is left alone. What somebody changed since stays.
 */
export async function putBackDue(place: Omit<UndoPlace, 'place'>, io: Io): Promise<void> {
  const { journals, identity, clock, reader } = place;
  const due = dueOn(await journals.list(), identity, clock.now());
  if (due.length === 0) return;
  await using lock = await freeLock(place);
  if (!lock) return;
  for (const { begun, journal } of due) {
    io.err(`"${begun.title}" (${begun.id}, ${begun.namespace}) was for a while only and is put back now.\n`);
    const ways = await waysBack(undoOf(journal.records), reader, io.signal);
    await settleDoubts(place, begun.id, ways);
    const done = await takeBackAll(place, begun, ways, io.signal);
    for (const { ok, detail } of done) io.err(`  ${ok ? 'Taken back' : 'Refused'}: ${detail}\n`);
  }
}

async function freeLock({ journals }: Pick<UndoPlace, 'journals'>): Promise<AsyncDisposable | undefined> {
  try {
    return await journals.lock();
  } catch (error) {
    if (error instanceof ExpectedStop) return undefined;
    throw error;
  }
}
