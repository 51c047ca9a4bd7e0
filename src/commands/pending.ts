import { utc } from '../core/durations.ts';
import { pending, sentenceOf } from '../core/journal-state.ts';
import { otherRunLine, runningSentence } from '../core/other-run.ts';
import type { ClusterIdentity } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import type { Journals } from '../edges/journal/journals.ts';

/** Says what an earlier run left unfinished on this cluster, before anything else is done to it. */
export async function sayPending(journals: Journals, identity: ClusterIdentity, now: Date, io: Io): Promise<void> {
  const all = await journals.list();
  for (const left of pending(all, identity, now)) {
    if (left.is === 'relaxed')
      io.err(
        `Relaxed until ${utc(left.until)}: "${left.begun.title}" (${left.begun.id}, ${left.begun.namespace}). It is put back then; before that by: orion-setup undo ${left.begun.id}\n`,
      );
    if (left.is === 'overdue')
      io.err(`Overdue since ${utc(left.until)}: "${left.begun.title}" (${left.begun.id}, ${left.begun.namespace}).\n`);
    if (left.is === 'running') {
      io.err(`${otherRunLine({ event: 'other-run-found', sentence: runningSentence(left) })}\n`);
      io.err(`  If that process is something else by now: orion-setup undo ${left.begun.id}\n`);
    }
    if (left.is !== 'interrupted') continue;
    const journal = all.find(({ id }) => id === left.begun.id);
    if (!journal) continue;
    io.err(
      `An earlier run was cut off: "${left.begun.title}" (${left.begun.id}, ${utc(new Date(left.begun.at))}, ${left.begun.namespace}). ${sentenceOf(journal)}\n`,
    );
    io.err(`  Put it back: orion-setup undo ${left.begun.id}\n`);
  }
}
