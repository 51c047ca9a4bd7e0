import { atPointer, type Change, type Edit, targetOf } from '../core/change.ts';
import { isEqual } from '../core/equal.ts';
import type { Intent } from '../core/journal.ts';
import type { StepBack } from '../core/journal-state.ts';
import { kindOf } from '../core/kubernetes/kinds.ts';
import { type KubernetesObject, shortName } from '../core/kubernetes/object.ts';
import { controllers } from '../core/last-changes.ts';
import type { ClusterReader } from '../core/outside/cluster-reader.ts';

type Looking = Pick<ClusterReader, 'look'>;

/** What taking one step back would do, judged by the live object. */
export type WayBack =
  | { readonly way: 'open'; readonly n: number; readonly change: Change }
  /** `neverDone`: the change was cut off, and the live object shows that it did not reach the cluster. */
  | { readonly way: 'not-needed'; readonly n: number; readonly because: string; readonly neverDone?: true }
  /** `wasDone`: the change was cut off, and the live object shows that it did reach the cluster. `unseen`: it could not be looked at. */
  | {
      readonly way: 'cannot';
      readonly n: number;
      readonly because: string;
      readonly wasDone?: true;
      readonly unseen?: true;
    }
  /** Somebody changed it since: what we left, what stands there now, what we would put back. */
  | {
      readonly way: 'changed-since';
      readonly n: number;
      readonly object: string;
      readonly differences: readonly (Edit & { readonly now: unknown })[];
      /** Puts back what was there before us, over theirs: only where somebody who has seen the three says so. */
      readonly over: Change;
    };

/** Looks at each object of a change set, last step first, and says whether it is still as it was left. */
export async function waysBack(
  steps: readonly StepBack[],
  reader: Looking,
  signal: AbortSignal,
): Promise<readonly WayBack[]> {
  return Promise.all(
    steps.map((step) =>
      step.unclear ? wayBackFromDoubt(step, step.unclear, reader, signal) : wayBack(step, reader, signal),
    ),
  );
}

async function wayBack({ n, inverse }: StepBack, reader: Looking, signal: AbortSignal): Promise<WayBack> {
  if ('cannot' in inverse) return { way: 'cannot', n, because: inverse.cannot };
  const change = inverse.can;
  const live = await liveOf(change, reader, signal);
  if (live.is === 'unseen') return { way: 'cannot', n, because: live.because, unseen: true };
  if (live.is === 'there') return judge(n, change, live.object);
  const object = shortName(targetOf(change));
  return change.do === 'delete'
    ? { way: 'not-needed', n, because: `${object} is gone already` }
    : { way: 'cannot', n, because: `${object} does not exist any more` };
}

/** The run ended between announcing the change and noting its answer: the live object says whether it arrived. */
async function wayBackFromDoubt(
  { n, inverse }: StepBack,
  { change }: Intent,
  reader: Looking,
  signal: AbortSignal,
): Promise<WayBack> {
  // Whether it arrived or not, it has its end in itself.
  if (change.do === 'alert')
    return { way: 'cannot', n, because: 'cannot' in inverse ? inverse.cannot : 'it ends by itself', wasDone: true };
  const object = shortName(targetOf(change));
  const live = await liveOf(change, reader, signal);
  if (live.is === 'unseen') return { way: 'cannot', n, because: live.because, unseen: true };
  const neverDone = (because: string): WayBack => ({ way: 'not-needed', n, because, neverDone: true });
  if (change.do === 'delete' || change.do === 'evict') {
    const isThere = live.is === 'there' && live.object.metadata.uid === change.uid;
    const isGoing = live.is === 'there' && live.object.metadata.deletionTimestamp !== undefined;
    const done = change.do === 'delete' ? 'deleted' : 'evicted';
    return isThere && !(change.do === 'evict' && isGoing)
      ? neverDone(`${object} was not ${done}`)
      : { way: 'cannot', n, because: 'cannot' in inverse ? inverse.cannot : `${object} was ${done}`, wasDone: true };
  }
  if ('cannot' in inverse) {
    return live.is === 'gone'
      ? neverDone(`${object} was never made`)
      : { way: 'cannot', n, because: inverse.cannot, wasDone: true };
  }
  const back = inverse.can;
  if (back.do === 'delete') {
    if (live.is === 'gone') return neverDone(`${object} was never made`);
    if (!isMadeByUs(live.object)) return neverDone(`the ${object} that is there was not made by this tool`);
    return judge(n, { ...back, uid: live.object.metadata.uid ?? '' }, live.object);
  }
  if (live.is === 'gone') return { way: 'cannot', n, because: `${object} does not exist any more` };
  const judged = judge(n, back, live.object);
  return judged.way === 'not-needed' ? { ...judged, neverDone: true } : judged;
}

const isMadeByUs = ({ metadata }: KubernetesObject): boolean =>
  (metadata.managedFields ?? []).some(({ manager }) => isOurs(manager));

type Live =
  | { readonly is: 'there'; readonly object: KubernetesObject }
  | { readonly is: 'gone' }
  | { readonly is: 'unseen'; readonly because: string };

async function liveOf(change: Change, reader: Looking, signal: AbortSignal): Promise<Live> {
  const { kind: kindName, name, namespace } = targetOf(change);
  const kind = kindOf(targetOf(change));
  if (!kind) return { is: 'unseen', because: `${kindName} is a kind that this version does not know` };
  const live = await reader.look({ at: 'get', kind, name, ...(namespace ? { namespace } : {}) }, signal);
  if (live.ok) return { is: 'there', object: live.value };
  return live.why === 'not-found'
    ? { is: 'gone' }
    : { is: 'unseen', because: `${shortName(targetOf(change))} could not be looked at: ${live.detail}` };
}

function judge(n: number, change: Change, live: KubernetesObject): WayBack {
  const object = shortName(targetOf(change));
  if ('uid' in change && change.uid !== live.metadata.uid)
    return { way: 'cannot', n, because: `${object} is another object of the same name now` };
  if (change.do === 'delete') {
    return isChangedSince(live)
      ? { way: 'changed-since', n, object, differences: [], over: change }
      : { way: 'open', n, change };
  }
  if (change.do !== 'patch') return { way: 'cannot', n, because: `${object} cannot be taken back by a ${change.do}` };
  const now = change.edits.map((edit) => ({ ...edit, now: atPointer(live, edit.pointer) }));
  if (now.every((edit) => isEqual(edit.now, edit.to)))
    return { way: 'not-needed', n, because: `${object} is as it was before` };
  if (!now.every((edit) => isEqual(edit.now, edit.from))) {
    const edits = now
      .filter((edit) => !isEqual(edit.now, edit.to))
      .map(({ pointer, now: stands, to }) => ({ pointer, from: stands, to }));
    const over = { ...change, edits, resourceVersion: live.metadata.resourceVersion ?? '' };
    return { way: 'changed-since', n, object, differences: now, over };
  }
  return { way: 'open', n, change: { ...change, resourceVersion: live.metadata.resourceVersion ?? '' } };
}

/**
 * generation grows with every change of the spec, but for some kinds also with what their controllers note on them: then who wrote its
 * fields tells. Our own word counts as given at the making, and not when it was applied again later.
 */
function isChangedSince({ metadata }: KubernetesObject): boolean {
  if ((metadata.generation ?? 1) <= 1) return false;
  const { managedFields = [], creationTimestamp = '' } = metadata;
  return !managedFields.every(
    ({ manager = '', subresource, time = '' }) =>
      subresource === 'status' ||
      controllers.test(manager) ||
      (isOurs(manager) && Date.parse(time) - Date.parse(creationTimestamp) <= 1000),
  );
}

const isOurs = (manager: string | undefined): boolean => manager === 'orion-setup' || manager === 'orion-setup-fix';

/** The ways as somebody agreed to them who has seen what others wrote: that goes too. */
export const overTheirs = (ways: readonly WayBack[]): readonly WayBack[] =>
  ways.map((way) => (way.way === 'changed-since' ? { way: 'open', n: way.n, change: way.over } : way));
