import type { Change } from '../core/change.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { Looker } from '../core/look.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { ClusterWriter, Sent } from '../core/outside/cluster-writer.ts';
import { type Drained, probeTarget } from '../core/procedures/drain-checks.ts';
import type { DrainEvent } from '../core/procedures/drain-event.ts';
import { cordon, type DrainPlan, eviction, isCordoned, longName } from '../core/procedures/drain-plan.ts';
import { probeUrl, type Watch, watchDrain } from './drain-watch.ts';
import type { ChangeLog } from './mend.ts';
import { untilReplaced } from './until-replaced.ts';

export type Draining = {
  readonly plan: DrainPlan;
  readonly namespace: string;
  readonly look: Looker;
  readonly writer: ClusterWriter;
  readonly clock: Clock;
  readonly log: ChangeLog;
  readonly host: string | undefined;
  /** Of the host, those that answered before. */
  readonly addresses: readonly string[];
  /** Why HTTPS cannot be probed, where it cannot. */
  readonly unprobed: string | undefined;
  readonly timeoutMs: number;
  readonly emit: (event: DrainEvent) => void;
};

const lookAgainMs = 300;
/** As kubectl drain, which asks again after five seconds. */
const askAgainMs = 5000;
/** What comes late after the last pod is watched for, too. */
const afterwardsMs = 3000;
/** For letting the node take pods again although the run was told to stop. */
const lastWordMs = 10_000;
const mostTries = 8;

/**
 * Cordons the node, evicts pod after pod while clients and readiness are watched, and lets the node take pods again whatever came of it.
 * Each change is on disk before it is sent; what a kill leaves cordoned, the next start puts back.
 */
export async function drain(
  draining: Draining,
  signal: AbortSignal,
): Promise<{
  readonly drained: Drained;
  /** Why no pods were counted all the while. */
  readonly uncounted: string | undefined;
}> {
  const { plan, clock, log, emit, host, addresses, unprobed } = draining;
  const node = plan.node.metadata.name;
  const watch = watchDrain({ ...draining, ...plan, host, addresses }, signal);
  const evicted: Drained['evicted'] = [];
  const state: State = { places: 0, place: 0, tried: false, cordoned: false };
  let stopped: string | undefined;
  let uncordoned = false;
  try {
    stopped = await carryOut(draining, watch, state, evicted, signal);
    if (stopped !== undefined) emit({ event: 'stopped', because: stopped });
    else await clock.sleep(afterwardsMs, signal);
    stopped ??= watch.harm();
  } finally {
    const until = signal.aborted ? AbortSignal.timeout(lastWordMs) : signal;
    if (state.tried) uncordoned = await uncordon(draining, state.place, until);
    await watch.end();
    // Not said where it is still cordoned: then the next start has something to do.
    if (signal.aborted && uncordoned) await log.verified(false, 'interrupted; the node takes pods again');
  }
  const { sent, answered, failures } = watch.tally();
  const lowest = watch.lowest();
  const uncounted = watch.count() ? undefined : (watch.counts().trouble ?? 'no count came back while it was drained');
  const share = sent === 0 ? null : answered / sent;
  const isGood = stopped === undefined && lowest >= plan.wanted && (share ?? 1) >= probeTarget;
  if (uncordoned || !state.tried)
    await log.verified(
      isGood,
      isGood
        ? share === null
          ? 'the node was drained; HTTPS was not watched'
          : 'the node was drained without harm'
        : (stopped ?? 'the node was drained with harm'),
    );
  const drained: Drained = {
    node,
    scope: plan.scope,
    cordoned: state.cordoned,
    uncordoned: uncordoned || !state.tried,
    evicted,
    ready: { before: plan.readyBefore, lowest, wanted: plan.wanted },
    probes: {
      url: host === undefined ? 'unknown host' : probeUrl(host),
      sent,
      answered,
      share,
      target: probeTarget,
      failures: unprobed === undefined ? [...failures] : [unprobed],
    },
    stopped: stopped ?? null,
    undoId: log.id,
  };
  return { drained, uncounted };
}

/** `place` is that of the cordon among all steps. */
type State = { places: number; place: number; tried: boolean; cordoned: boolean };

/** Answers why it was ended before its end, or undefined. */
async function carryOut(
  draining: Draining,
  watch: Watch,
  state: State,
  evicted: Drained['evicted'],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { plan, clock, emit, timeoutMs } = draining;
  const deadline = clock.now().getTime() + timeoutMs;
  const refused = await cordonNode(draining, state, signal);
  if (refused !== undefined) return refused;
  emit({ event: 'cordoned', node: plan.node.metadata.name });
  for (const pod of plan.evict) {
    const name = longName(pod);
    if (clock.now().getTime() >= deadline) return `the time was over before ${name} was evicted`;
    const result = await evictOne(draining, watch, state, pod, deadline, signal);
    if (result.is === 'stopped') return result.because;
    if (result.is === 'gone') {
      evicted.push({ pod: name, result: 'gone before its turn', seconds: null });
      continue;
    }
    emit({ event: 'evicted', pod: name });
    const since = clock.now().getTime();
    evicted.push({ pod: name, result: 'evicted', seconds: null });
    const missing = await untilReplaced({ ...draining, deadline }, watch, pod, signal);
    if (missing !== undefined) return missing;
    const seconds = Math.round((clock.now().getTime() - since) / 100) / 10;
    evicted.splice(-1, 1, { pod: name, result: 'evicted', seconds });
    emit({ event: 'replaced', pod: name, seconds });
  }
  return undefined;
}

/** Announces the change, sends it, notes the answer. `relaxUntil` of what is only for as long as this runs is now: a kill leaves it overdue. */
async function journalled(
  { log, writer, clock }: Draining,
  state: State,
  change: Change,
  isPassing: boolean,
  signal: AbortSignal,
): Promise<Sent> {
  const place = state.places;
  state.places += 1;
  await log.intend(place, change, isPassing ? clock.now() : undefined);
  if (isPassing) {
    state.tried = true;
    state.place = place;
  }
  const sent = await writer.send(change, { dryRun: false }, signal);
  // Without an answer nobody knows whether it was done: left as announced, the live object tells it later.
  if (!isPassing || !isUnsure(sent)) await log.sent(place, sent);
  return sent;
}

const nodeLook = ({ plan }: Draining) => ({ at: 'get', kind: kinds.Node, name: plan.node.metadata.name }) as const;
const isUnsure = (sent: Sent): boolean => !sent.ok && (sent.why === 'timed-out' || sent.why === 'unreachable');
/** Somebody else's write came in between: to be looked at again. */
export const isRace = (sent: Sent): boolean => !sent.ok && (sent.why === 'changed-since' || sent.why === 'conflict');

/** A kubelet writes its node's status now and then: then the node is looked at again. */
async function cordonNode(draining: Draining, state: State, signal: AbortSignal): Promise<string | undefined> {
  for (let tries = 1; ; tries += 1) {
    const live = await draining.look(nodeLook(draining), signal);
    if (!live.ok) return `the node could not be looked at: ${live.detail}`;
    if (live.value.metadata.uid !== draining.plan.node.metadata.uid || isCordoned(live.value))
      return 'somebody changed the node in between';
    const sent = await journalled(draining, state, cordon(live.value), true, signal);
    if (sent.ok) {
      state.cordoned = true;
      return undefined;
    }
    // What was refused for sure left nothing to put back.
    if (!isUnsure(sent)) state.tried = false;
    if (!isRace(sent) || tries >= mostTries) return `the node could not be cordoned: ${sent.detail}`;
  }
}

type Evicted = { readonly is: 'evicted' | 'gone' } | { readonly is: 'stopped'; readonly because: string };

/** Asks until the budget lets the pod go, as a drain does. */
async function evictOne(
  draining: Draining,
  watch: Watch,
  state: State,
  pod: KubernetesObject,
  deadline: number,
  signal: AbortSignal,
): Promise<Evicted> {
  const { clock, emit } = draining;
  for (;;) {
    const harm = watch.harm();
    if (harm !== undefined) return { is: 'stopped', because: harm };
    const sent = await journalled(draining, state, eviction(pod), false, signal);
    if (sent.ok) return { is: 'evicted' };
    if (sent.why === 'not-found' || sent.why === 'conflict' || sent.why === 'changed-since') return { is: 'gone' };
    if (sent.why !== 'disruption-budget' && sent.why !== 'too-many-requests')
      return { is: 'stopped', because: `${longName(pod)} could not be evicted: ${sent.detail}` };
    emit({ event: 'held', pod: longName(pod), because: sent.detail });
    if (clock.now().getTime() >= deadline)
      return {
        is: 'stopped',
        because: `${longName(pod)} was held by its budget until the time was over: ${sent.detail}`,
      };
    await clock.sleep(askAgainMs, signal);
  }
}

/** By the live object, so that it is done where it is needed, once. */
async function uncordon(draining: Draining, place: number, signal: AbortSignal): Promise<boolean> {
  const { writer, clock, look, log, emit, plan } = draining;
  const node = plan.node.metadata.name;
  let because = '';
  try {
    for (let tries = 1; tries <= mostTries; tries += 1) {
      const live = await look(nodeLook(draining), signal);
      const isDone = live.ok ? !isCordoned(live.value) : live.why === 'not-found';
      const sent = live.ok && !isDone ? await writer.send(backOf(live.value), { dryRun: false }, signal) : undefined;
      if (isDone || sent?.ok) {
        await log.undone(place);
        emit({ event: 'uncordoned', node });
        return true;
      }
      because = live.ok ? (sent && !sent.ok ? sent.detail : '') : live.detail;
      if (!(sent && isRace(sent))) await clock.sleep(lookAgainMs, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    because = 'no answer in time';
  }
  emit({ event: 'still-cordoned', node, because });
  return false;
}

function backOf(node: KubernetesObject): Change {
  const { ref, uid, resourceVersion } = cordon(node) as Extract<Change, { do: 'patch' }>;
  return {
    do: 'patch',
    ref,
    uid,
    resourceVersion,
    edits: [{ pointer: '/spec/unschedulable', from: true, to: undefined }],
  };
}
