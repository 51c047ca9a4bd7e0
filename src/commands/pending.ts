import { utc } from '../core/durations.ts';
import { pending, sentenceOf } from '../core/journal-state.ts';
import { otherRunLine, runningSentence } from '../core/other-run.ts';
import type { ClusterIdentity } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import type { Journals } from '../edges/journal/journals.ts';

/** Says what an earlier run left unfinished on this cluster, and what another one is at, before anything else is done to it. */
export async function sayPending(journals: Journals, identity: ClusterIdentity, now: Date, io: Io): Promise<void> {
  const all = await journals.list();
  const found = pending(all, identity, now);
  const runs = found.flatMap((left) => (left.is === 'running' ? [left.begun.id] : []));
  for (const left of found) {
    const { id, at, title, namespace } = left.begun;
    switch (left.is) {
      case 'relaxed':
        io.err(
          `Relaxed until ${utc(left.until)}: "${title}" (${id}, ${namespace}). It is put back then; before that by: orion-setup undo ${id}\n`,
        );
        break;
      case 'overdue':
        // What a run needs only while it runs (a cordoned node) it puts back itself.
        if (!runs.includes(id)) io.err(`Overdue since ${utc(left.until)}: "${title}" (${id}, ${namespace}).\n`);
        break;
      case 'running':
        io.err(`${otherRunLine({ event: 'other-run-found', sentence: runningSentence(left) })}\n`);
        io.err(`  If that process is something else by now: orion-setup undo ${id}\n`);
        break;
      case 'interrupted': {
        const journal = all.find((one) => one.id === id);
        const said = journal ? ` ${sentenceOf(journal)}` : '';
        io.err(
          `An earlier run was cut off: "${title}" (${id}, ${utc(new Date(at))}, ${namespace}).${said}\n  Put it back: orion-setup undo ${id}\n`,
        );
      }
    }
  }
}
