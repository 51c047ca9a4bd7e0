import { kinds } from '../core/kubernetes/kinds.ts';
import type { Looker } from '../core/look.ts';
import type { HttpAnswer } from '../core/look-answers.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { DrainEvent } from '../core/procedures/drain-event.ts';
import { isReady, ownPods } from '../core/procedures/evictions.ts';
import { addressesOf } from '../core/procedures/procedure.ts';
import type { Sight } from '../core/sight.ts';

/** The service's pods as one look saw them. */
export type Count = {
  /** Its place among the counts begun. That, and no clock that may be set meanwhile, tells what it cannot have missed. */
  readonly nth: number;
  readonly uids: ReadonlySet<string>;
  readonly ready: number;
};

/** What is watched while a node is drained: whether clients are answered, and how many pods are ready. */
export type Watch = {
  readonly tally: () => { readonly sent: number; readonly answered: number; readonly failures: readonly string[] };
  /** The last good count; undefined until there is one. */
  readonly count: () => Count | undefined;
  /** How many were begun, how many of them have come back, good or not, and why the last of these is none. */
  readonly counts: () => { readonly begun: number; readonly ended: number; readonly trouble: string | undefined };
  /** The fewest of all counts, of the one before anything was done too. */
  readonly lowest: () => number;
  /** The first sign of harm, in words. */
  readonly harm: () => string | undefined;
  readonly end: () => Promise<void>;
};

export type Watched = {
  readonly look: Looker;
  readonly clock: Clock;
  readonly namespace: string;
  readonly host: string | undefined;
  /** Those that answered before anything was done. */
  readonly addresses: readonly string[];
  readonly wanted: number;
  readonly readyBefore: number;
  readonly emit: (event: DrainEvent) => void;
};

const probeEveryMs = 200;
const countEveryMs = 300;
/** Probes in a row that go unanswered at one address, and counts that fail, before they are called harm. */
const mostUnanswered = 3;
const mostUncounted = 5;
const mostFailuresTold = 10;

export const probeUrl = (host: string): string => `https://${host}/health`;

/** One GET as a client sends it; the address is asked whatever its certificate. */
const probe = (look: Looker, host: string, address: string, signal: AbortSignal) =>
  look({ at: 'http', url: probeUrl(host), address, follow: false }, signal);

const isAnswered = (answer: HttpAnswer): boolean =>
  answer.outcome === 'answered' && answer.status >= 200 && answer.status < 400;

export type Probing = {
  readonly host: string | undefined;
  readonly addresses: readonly string[];
  /** Why HTTPS cannot be watched from here. */
  readonly unprobed: string | undefined;
  /** It was reached, and what it said is no good answer. */
  readonly unwell: string | undefined;
};

/** One probe of every address before anything is done. */
export async function whatAnswers(
  look: Looker,
  sight: Sight,
  host: string | undefined,
  signal: AbortSignal,
): Promise<Probing> {
  const none = { host, addresses: [], unwell: undefined };
  if (host === undefined) return { ...none, unprobed: 'the host is not known' };
  const addresses = addressesOf(sight, host);
  const answers = await Promise.all(
    addresses.map(async (address) => ({ address, answer: await probe(look, host, address, signal) })),
  );
  const good = answers.flatMap(({ address, answer }) => (answer.ok && isAnswered(answer.value) ? [address] : []));
  if (good.length > 0) return { host, addresses: good, unprobed: undefined, unwell: undefined };
  const [first] = answers;
  if (!first) return { ...none, unprobed: `${host} has no address from here` };
  const { answer, address } = first;
  if (!answer.ok) return { ...none, unprobed: `${address}: ${answer.detail}` };
  const says = `${probeUrl(host)} at ${address}: ${saidBy(answer.value)}`;
  return answer.value.outcome === 'failed' ? { ...none, unprobed: says } : { ...none, unprobed: says, unwell: says };
}

/** Begins to watch, until it is ended. */
export function watchDrain(watched: Watched, signal: AbortSignal): Watch {
  const { look, clock, namespace, host, addresses, wanted, readyBefore, emit } = watched;
  const ending = new AbortController();
  const until = AbortSignal.any([signal, ending.signal]);
  const failures: string[] = [];
  let [sent, answered, uncounted] = [0, 0, 0];
  // Each address for itself: what answers by IPv4 must not hide what is silent by IPv6.
  const unanswered = new Map<string, number>();
  let count: Count | undefined;
  let [begun, ended, lowest] = [0, 0, readyBefore];
  let trouble: string | undefined;
  let harm: string | undefined;

  const repeat = async (everyMs: number, act: () => Promise<void>): Promise<void> => {
    try {
      for (;;) {
        await act();
        await clock.sleep(everyMs, until);
      }
    } catch (error) {
      if (until.aborted) return;
      // Nobody may wait for what is not looked at any more.
      harm ??= 'it cannot be watched any more';
      throw error;
    }
  };
  // Until there is a count, how many were ready when it was planned: the last that is known.
  const told = (): void => emit({ event: 'watched', sent, answered, ready: count?.ready ?? readyBefore, lowest });
  const probeOnce = async (): Promise<void> => {
    const address = addresses[sent % addresses.length];
    if (host === undefined || address === undefined) return;
    const at = clock.now();
    const answer = await probe(look, host, address, until);
    sent += 1;
    const isGood = answer.ok && isAnswered(answer.value);
    if (isGood) {
      answered += 1;
      unanswered.delete(address);
      told();
      return;
    }
    const inARow = (unanswered.get(address) ?? 0) + 1;
    unanswered.set(address, inARow);
    told();
    if (failures.length < mostFailuresTold)
      failures.push(`${at.toISOString()} ${address}: ${answer.ok ? saidBy(answer.value) : answer.detail}`);
    if (inARow >= mostUnanswered) harm ??= `${inARow} HTTPS probes in a row went unanswered at ${address}`;
  };
  const countOnce = async (): Promise<void> => {
    begun += 1;
    const nth = begun;
    const pods = await look({ at: 'list', kind: kinds.Pod, namespace }, until);
    ended = nth;
    trouble = pods.ok ? undefined : pods.detail;
    if (!pods.ok) {
      uncounted += 1;
      if (uncounted >= mostUncounted) harm ??= `the pods cannot be counted any more: ${pods.detail}`;
      return;
    }
    uncounted = 0;
    const own = ownPods(pods.value);
    const ready = own.filter(isReady).length;
    count = { nth, uids: new Set(own.map(({ metadata }) => metadata.uid ?? '')), ready };
    lowest = Math.min(lowest, ready);
    told();
    if (ready < wanted) harm ??= `${ready} pods are ready and ${wanted} must stay`;
  };
  const loops = [repeat(probeEveryMs, probeOnce), repeat(countEveryMs, countOnce)];
  // A fault of ours must not go unheard, nor end the process before the node is put back: it is thrown by end().
  const settled = Promise.allSettled(loops);
  return {
    tally: () => ({ sent, answered, failures }),
    count: () => count,
    counts: () => ({ begun, ended, trouble }),
    lowest: () => lowest,
    harm: () => harm,
    end: async () => {
      ending.abort();
      for (const loop of await settled) if (loop.status === 'rejected') throw loop.reason;
    },
  };
}

const saidBy = (answer: HttpAnswer): string =>
  answer.outcome === 'answered' ? `answers ${answer.status}` : answer.detail || answer.why;
