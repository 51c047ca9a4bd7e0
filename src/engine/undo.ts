import { atPointer, type Change, type Edit, targetOf } from '../core/change.ts';
import { isEqual } from '../core/equal.ts';
import type { Inverse } from '../core/journal.ts';
import { kindOf } from '../core/kubernetes/kinds.ts';
import { type KubernetesObject, shortName } from '../core/kubernetes/object.ts';
import type { ClusterReader } from '../core/outside/cluster-reader.ts';
import type { ClusterWriter } from '../core/outside/cluster-writer.ts';
import type { ChangeLog } from './mend.ts';

/** What taking one step back would do, judged by the live object. */
export type WayBack =
  | { readonly way: 'open'; readonly n: number; readonly change: Change }
  | { readonly way: 'not-needed'; readonly n: number; readonly because: string }
  | { readonly way: 'cannot'; readonly n: number; readonly because: string }
  /** Somebody changed it since: what we left, what stands there now, what we would put back. */
  | {
      readonly way: 'changed-since';
      readonly n: number;
      readonly object: string;
      readonly differences: readonly (Edit & { readonly now: unknown })[];
    };

/** Looks at each object of a change set, last step first, and says whether it is still as it was left. */
export async function waysBack(
  steps: readonly { readonly n: number; readonly inverse: Inverse }[],
  reader: ClusterReader,
  signal: AbortSignal,
): Promise<readonly WayBack[]> {
  return Promise.all(
    steps.map(({ n, inverse }) =>
      'cannot' in inverse
        ? { way: 'cannot' as const, n, because: inverse.cannot }
        : wayBack(n, inverse.can, reader, signal),
    ),
  );
}

async function wayBack(n: number, change: Change, reader: ClusterReader, signal: AbortSignal): Promise<WayBack> {
  const target = targetOf(change);
  const kind = kindOf(target);
  if (!kind) return { way: 'cannot', n, because: `${target.kind} is a kind that this version does not know` };
  const live = await reader.look(
    { at: 'get', kind, name: target.name, ...(target.namespace ? { namespace: target.namespace } : {}) },
    signal,
  );
  if (!live.ok) {
    if (live.why !== 'not-found')
      return { way: 'cannot', n, because: `${shortName(target)} could not be looked at: ${live.detail}` };
    return change.do === 'delete'
      ? { way: 'not-needed', n, because: `${shortName(target)} is gone already` }
      : { way: 'cannot', n, because: `${shortName(target)} does not exist any more` };
  }
  return judge(n, change, live.value);
}

function judge(n: number, change: Change, live: KubernetesObject): WayBack {
  const object = shortName(targetOf(change));
  if ('uid' in change && change.uid !== live.metadata.uid)
    return { way: 'cannot', n, because: `${object} is another object of the same name now` };
  if (change.do === 'delete') {
    // generation grows with every change of the spec; what was made by us and never changed is at 1.
    const changed = (live.metadata.generation ?? 1) > 1;
    return changed ? { way: 'changed-since', n, object, differences: [] } : { way: 'open', n, change };
  }
  if (change.do !== 'patch') return { way: 'cannot', n, because: `${object} cannot be taken back by a ${change.do}` };
  const now = change.edits.map((edit) => ({ ...edit, now: atPointer(live, edit.pointer) }));
  if (now.every((edit) => isEqual(edit.now, edit.to)))
    return { way: 'not-needed', n, because: `${object} is as it was before` };
  if (!now.every((edit) => isEqual(edit.now, edit.from))) return { way: 'changed-since', n, object, differences: now };
  return { way: 'open', n, change: { ...change, resourceVersion: live.metadata.resourceVersion ?? '' } };
}

export type TakenBack = { readonly n: number; readonly ok: boolean; readonly detail: string };

/** Takes back every open step, in the order given; stops at the first refusal. */
export async function takeBack(
  ways: readonly WayBack[],
  writer: ClusterWriter,
  log: ChangeLog,
  undone: (n: number) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly TakenBack[]> {
  const done: TakenBack[] = [];
  let place = 0;
  for (const way of ways) {
    if (way.way !== 'open') continue;
    await log.intend(place, way.change);
    const sent = await writer.send(way.change, { dryRun: false }, signal);
    await log.sent(place, sent);
    place += 1;
    done.push({
      n: way.n,
      ok: sent.ok,
      detail: sent.ok ? `${shortName(targetOf(way.change))} is as before` : sent.detail,
    });
    if (!sent.ok) break;
    await undone(way.n);
  }
  return done;
}
