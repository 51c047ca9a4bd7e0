import { stateOf } from '../core/journal-state.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { Journals } from '../edges/journal/journals.ts';
import type { WayBack } from '../engine/undo.ts';

/** What an undo learns about a change set that was cut off is noted in its journal, so that the next start does not ask about it again. */
type Notes = { readonly journals: Journals; readonly clock: Clock };

/** Steps of which nobody knew whether they reached the cluster: one that did not is as good as taken back. */
export async function settleDoubts({ journals, clock }: Notes, id: string, ways: readonly WayBack[]): Promise<void> {
  const settled = ways.flatMap((way): readonly { record: 'undone' | 'seen'; n: number }[] => {
    if (way.way === 'not-needed' && way.neverDone) return [{ record: 'undone', n: way.n }];
    return way.way === 'cannot' && way.wasDone ? [{ record: 'seen', n: way.n }] : [];
  });
  if (settled.length === 0) return;
  const journal = await journals.resume(id);
  for (const record of settled) await journal?.append({ ...record, at: clock.now().toISOString() });
}

/** Taken back as far as that can be: what remains is nothing that a later start could put back either. */
export async function closeUndone({ journals, clock }: Notes, id: string, ways: readonly WayBack[]): Promise<void> {
  if (ways.some((way) => way.way === 'changed-since' || (way.way === 'cannot' && way.unseen))) return;
  const journal = await journals.read(id);
  if (journal === undefined || stateOf(journal).is !== 'unfinished') return;
  const open = await journals.resume(id);
  await open?.append({ record: 'closed', at: clock.now().toISOString(), because: 'taken back as far as it can be' });
}
