import { utc } from '../core/durations.ts';
import { ExpectedStop } from '../core/failure.ts';
import { type Pending, pending, stateOf, stepsOf, undoOf } from '../core/journal-state.ts';
import type { ClusterReader } from '../core/outside/cluster-reader.ts';
import { waysBack } from '../engine/undo.ts';
import { closeUndone, settleDoubts } from './settle-undo.ts';
import { type TakeBackPlace, takeBackAll } from './take-back-all.ts';

export type PutBackPlace = Omit<TakeBackPlace, 'identity'> & {
  readonly reader: ClusterReader;
  /** Where the outcome is told. */
  readonly say: (line: string) => void;
};

/**
 * Puts back what was relaxed for a while and whose time is over: the consent to the one was consent to the other.
 * Where somebody changed it since it is left alone, and said. Nothing is asked of the cluster where nothing is due.
 */
export async function putBackDue(place: PutBackPlace, signal: AbortSignal): Promise<void> {
  const { journals, clock } = place;
  if (!(await hasDue(place))) return;
  const identity = await place.reader.identity(signal);
  let held: AsyncDisposable;
  try {
    held = await journals.lock();
  } catch (error) {
    // Another run changes something just now; whatever comes next puts it back.
    if (error instanceof ExpectedStop) return;
    throw error;
  }
  await using _lock = held;
  for (const left of pending(await journals.list(), identity, clock.now()))
    if (left.is === 'overdue') await putBack({ ...place, identity }, left, signal);
}

/** Of any cluster: which one this is costs a request. */
async function hasDue({ journals, clock }: PutBackPlace): Promise<boolean> {
  const all = await journals.list();
  const now = clock.now();
  return all.some(({ records }) =>
    stepsOf(records).some(
      ({ intent, fate }) =>
        (fate === 'applied' || fate === 'unclear') && intent.relaxUntil && new Date(intent.relaxUntil) <= now,
    ),
  );
}

async function putBack(
  place: PutBackPlace & TakeBackPlace,
  { begun, step, until }: Extract<Pending, { is: 'relaxed' | 'overdue' }>,
  signal: AbortSignal,
): Promise<void> {
  const { journals, clock, say } = place;
  const journal = await journals.read(begun.id);
  const n = step.intent.n;
  const steps = undoOf(journal?.records ?? []).filter((item) => item.n === n);
  const ways = await waysBack(steps, place.reader, signal);
  const what = `"${begun.title}" (${begun.id}, ${begun.namespace}) was until ${utc(until)}`;
  const isCutOff = journal && ['unclear', 'unfinished'].includes(stateOf(journal).is);
  for (const way of ways) {
    if (way.way === 'open') {
      const done = await takeBackAll(place, begun, [way], signal);
      for (const { ok, detail } of done)
        say(ok ? `${what}: put back, ${detail}.` : `${what} and could not be put back: ${detail}`);
    } else if (way.way === 'changed-since') {
      say(
        `${what}; ${way.object} was changed by others since and is left as it is. To see it: orion-setup undo ${begun.id}`,
      );
    } else if (way.way === 'cannot' && way.unseen) {
      say(`${what} and could not be put back: ${way.because}`);
    } else {
      const open = await journals.resume(begun.id);
      await open?.append({ record: 'undone', n, at: clock.now().toISOString() });
      say(`${what}: there is nothing to put back, ${way.because}.`);
    }
  }
  if (isCutOff) await settleRest(place, begun.id, signal);
}

/** A run that was cut off, of which nothing is left that could be taken back, is not spoken of again. */
async function settleRest(place: PutBackPlace, id: string, signal: AbortSignal): Promise<void> {
  const journal = await place.journals.read(id);
  const ways = await waysBack(undoOf(journal?.records ?? []), place.reader, signal);
  if (ways.some(({ way }) => way === 'open')) return;
  await settleDoubts(place, id, ways);
  await closeUndone(place, id, ways);
}

const betweenMs = 10_000;

/** While a command stays open, what comes due is put back then. Keeps no process from ending; ends quietly when `signal` is aborted. */
export async function keepPuttingBack(place: PutBackPlace, signal: AbortSignal): Promise<void> {
  try {
    for (;;) {
      await place.clock.sleep(betweenMs, signal, 'idle');
      await putBackDue(place, signal);
    }
  } catch (error) {
    if (!signal.aborted) place.say(`What was relaxed for a while could not be looked after: ${String(error)}`);
  }
}
