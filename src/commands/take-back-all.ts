import type { Begun } from '../core/journal.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { ClusterIdentity, ClusterReader } from '../core/outside/cluster-reader.ts';
import type { ClusterWriter } from '../core/outside/cluster-writer.ts';
import type { Journals } from '../edges/journal/journals.ts';
import { type TakenBack, takeBack } from '../engine/take-back.ts';
import type { WayBack } from '../engine/undo.ts';
import { openChangeLog } from './change-log.ts';
import { closeUndone } from './settle-undo.ts';

export type TakeBackPlace = {
  readonly reader: Pick<ClusterReader, 'whoAmI' | 'look'>;
  readonly writer: ClusterWriter;
  readonly identity: ClusterIdentity;
  readonly journals: Journals;
  readonly clock: Clock;
};

/** Takes back every step that may be, in a change set of its own that says whose. */
export async function takeBackAll(
  place: TakeBackPlace,
  begun: Begun,
  ways: readonly WayBack[],
  signal: AbortSignal,
): Promise<readonly TakenBack[]> {
  const { journals, clock, identity, reader } = place;
  const { id, title, namespace } = begun;
  const log = await openChangeLog(journals, clock, {
    identity,
    reader,
    namespace,
    command: `undo ${id}`,
    title: `Take back: ${title}`,
    undoes: id,
  });
  const undone = await journals.resume(id);
  const done = await takeBack(
    ways,
    place,
    log,
    async (n) => undone?.append({ record: 'undone', n, at: clock.now().toISOString(), by: log.id }),
    signal,
  );
  if (done.every(({ ok }) => ok)) await closeUndone(place, id, ways);
  await log.verified(
    done.every(({ ok }) => ok),
    done.map(({ detail }) => detail).join('; '),
  );
  return done;
}
