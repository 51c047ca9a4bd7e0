import { utc } from '../core/durations.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Begun, Journal } from '../core/journal.ts';
import { type Pending, pending, type Step, stateOf, stepsOf, undoOf } from '../core/journal-state.ts';
import type { ClusterReader } from '../core/outside/cluster-reader.ts';
import { waysBack } from '../engine/undo.ts';
import { closeUndone, settleDoubts } from './settle-undo.ts';
import { type TakeBackPlace, takeBackAll } from './take-back-all.ts';

export type PutBackPlace = Omit<TakeBackPlace, 'identity' | 'reader'> & {
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
  const now = clock.now();
  const all = await journals.list();
  const left = pending(all, identity, now);
  const overdue = left.flatMap((one) => (one.is === 'overdue' ? [one] : []));
  for (const one of overdue) await putBack({ ...place, identity }, one, signal);
  for (const { is, begun } of left) {
    const journal = all.find(({ id }) => id === begun.id);
    if (is === 'interrupted' && journal && hasPassed(journal, now))
      await settleRest(
        place,
        begun,
        overdue.some((one) => one.begun.id === begun.id),
        signal,
      );
  }
}

const isDue = ({ intent }: Step, now: Date): boolean =>
  intent.relaxUntil !== undefined && new Date(intent.relaxUntil) <= now;

/**
 * Whether something is relaxed for a while, on any cluster, due or not: by the API server's clock that is known only once it has answered,
 * and by this machine's, which may be behind, nothing might ever be due.
 */
export const isRelaxed = async (journals: PutBackPlace['journals']): Promise<boolean> =>
  hasDueBy(await journals.list(), endOfTime);

const endOfTime = new Date(8.64e15);

/** Whether it was for a while only, and that is over, whatever became of it. */
const hasPassed = ({ records }: Journal, now: Date): boolean =>
  stepsOf(records).some((step) => step.fate !== 'refused' && isDue(step, now));

/** Of any cluster: which one this is costs a request. */
const hasDue = async ({ journals, clock }: PutBackPlace): Promise<boolean> =>
  hasDueBy(await journals.list(), clock.now());

const hasDueBy = (all: readonly Journal[], now: Date): boolean =>
  all.some(
    (journal) =>
      stepsOf(journal.records).some(
        (step) => (step.fate === 'applied' || step.fate === 'unclear') && isDue(step, now),
      ) ||
      (['unclear', 'unfinished'].includes(stateOf(journal).is) && hasPassed(journal, now)),
  );

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
}

/** A run that was cut off, of which nothing is left that could be taken back, is not spoken of again. */
async function settleRest(
  place: PutBackPlace,
  { id, title, namespace }: Begun,
  isTold: boolean,
  signal: AbortSignal,
): Promise<void> {
  const journal = await place.journals.read(id);
  const ways = await waysBack(undoOf(journal?.records ?? []), place.reader, signal);
  if (ways.some(({ way }) => way === 'open')) return;
  await settleDoubts(place, id, ways);
  await closeUndone(place, id, ways);
  const gone = ways.flatMap((way) => (way.way === 'cannot' && !way.unseen ? [way.because] : []));
  const rest = gone.length > 0 ? `, and cannot be taken back: ${gone.join('; ')}` : '';
  if (!isTold || gone.length > 0) place.say(`"${title}" (${id}, ${namespace}) was cut off${rest}.`);
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
