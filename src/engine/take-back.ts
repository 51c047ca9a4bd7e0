import { type Change, targetOf } from '../core/change.ts';
import { shortName } from '../core/kubernetes/object.ts';
import type { ClusterReader } from '../core/outside/cluster-reader.ts';
import type { ClusterWriter, Sent } from '../core/outside/cluster-writer.ts';
import type { ChangeLog } from './mend.ts';
import { type WayBack, waysBack } from './undo.ts';

/** Both halves of a cluster: what is taken back is judged by the live object, again where somebody wrote it in between. */
export type TakeBackAt = { readonly reader: Pick<ClusterReader, 'look'>; readonly writer: ClusterWriter };

/** Each step tried on the server without doing it: one that would be refused half-way is known before the first is taken back. */
export async function refusedBack(
  ways: readonly WayBack[],
  at: TakeBackAt,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const tried = await Promise.all(
    ways.map(async (way): Promise<readonly string[]> => {
      if (way.way !== 'open') return [];
      const { sent } = await sendBack(way, at, (change) => at.writer.send(change, { dryRun: true }, signal), signal);
      if (sent.ok) return [];
      const needs = sent.needs === undefined ? '' : ` (needs ${sent.needs})`;
      return [`${shortName(targetOf(way.change))}: ${sent.detail}${needs}`];
    }),
  );
  return tried.flat();
}

export type TakenBack = { readonly n: number; readonly ok: boolean; readonly detail: string };

/** Takes back every open step, in the order given; stops at the first refusal. */
export async function takeBack(
  ways: readonly WayBack[],
  at: TakeBackAt,
  log: ChangeLog,
  undone: (n: number) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly TakenBack[]> {
  const done: TakenBack[] = [];
  let place = 0;
  const noted = async (change: Change): Promise<Sent> => {
    await log.intend(place, change);
    const sent = await at.writer.send(change, { dryRun: false }, signal);
    await log.sent(place, sent);
    place += 1;
    return sent;
  };
  for (const way of ways) {
    if (way.way !== 'open') continue;
    const { change, sent } = await sendBack(way, at, noted, signal);
    done.push({ n: way.n, ok: sent.ok, detail: sent.ok ? asBefore(change) : sent.detail });
    if (!sent.ok) break;
    await undone(way.n);
  }
  return done;
}

/** Sent so often at most: who writes faster than that is not waited for. */
const mostRounds = 3;

/**
 * A refusal because the object was written in between is mostly a controller's note in its status: the step is judged again, and while
 * its own fields stand as they were when it was agreed to, it is sent for the object as it is now.
 */
async function sendBack(
  { n, change: first }: Extract<WayBack, { way: 'open' }>,
  { reader }: TakeBackAt,
  send: (change: Change) => Promise<Sent>,
  signal: AbortSignal,
): Promise<{ readonly change: Change; readonly sent: Sent }> {
  let change = first;
  for (let round = 1; ; round++) {
    const sent = await send(change);
    if (sent.ok || sent.why !== 'changed-since' || round === mostRounds) return { change, sent };
    const [again] = await waysBack([{ n, inverse: { can: change } }], reader, signal);
    if (again?.way !== 'open') return { change, sent };
    change = again.change;
  }
}

function asBefore(change: Change): string {
  const isUncordoned =
    'edits' in change && change.edits.some(({ pointer, to }) => pointer === cordonPointer && to !== true);
  return `${shortName(targetOf(change))} is as before${isUncordoned ? ': it takes pods again' : ''}`;
}
const cordonPointer = '/spec/unschedulable';
