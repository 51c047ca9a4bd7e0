import { setTimeout as sleepFor } from 'node:timers/promises';
import { aheadBy, narrowed, type Offset, offsetOf } from '../../core/clock-offset.ts';
import { ExpectedStop } from '../../core/failure.ts';
import { ownRefusal } from './api-status.ts';
import { connectionTrouble, type Route } from './connection-trouble.ts';
import { type Answer, exchange, NoAnswer, type Outgoing } from './exchange.ts';
import type { Login } from './login.ts';

/** An answer, or why there is none. */
export type Reply =
  | ({ readonly ok: true } & Answer)
  | {
      readonly ok: false;
      readonly why: 'unreachable' | 'timed-out';
      readonly detail: string;
      /** The request went out, so that what it asks for may have been done. */
      readonly maybeDone: boolean;
    };

export type Ask = Outgoing & {
  /** Doing it twice is the same as once, so that a broken connection may be followed by a second try. */
  readonly repeatable: boolean;
  /** A 429 is the answer itself (an eviction refused by a budget), not a request to wait. */
  readonly takesBusy?: true;
};

export type Transport = {
  /** Sends within the time limit. Rejects with the signal's reason once it is aborted. */
  readonly send: (ask: Ask, signal: AbortSignal) => Promise<Reply>;
  readonly requests: () => number;
  /** By how many milliseconds the API server's clock is ahead of this machine's for certain, as its answers tell it; 0 where both may be right. */
  readonly aheadMs: () => number;
};

export type TransportOptions = {
  readonly route: Route;
  readonly login: Login;
  /** For one request with all its waits and second tries; 0 is no limit, as kubectl's. */
  readonly timeLimitMs: number;
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

const waitsWhenBusy = 4;

/** How far the last try got. */
type Phase = NoAnswer['phase'] | 'answered';

export function transportTo({ route, login, timeLimitMs, sleep = defaultSleep }: TransportOptions): Transport {
  const { server } = route;
  let requests = 0;
  let offset: Offset | undefined;

  const send = async (ask: Ask, signal: AbortSignal): Promise<Reply> => {
    signal.throwIfAborted();
    const limit = timeLimitMs > 0 ? AbortSignal.timeout(timeLimitMs) : new AbortController().signal;
    const either = AbortSignal.any([signal, limit]);
    const started = performance.now();
    const fits = (waitMs: number) => timeLimitMs <= 0 || performance.now() - started + waitMs < timeLimitMs;
    let phase: Phase = 'connecting';
    let spare = { wait: waitsWhenBusy, reset: ask.repeatable ? 1 : 0, fault: ask.method === 'GET' ? 1 : 0, login: 1 };
    try {
      for (;;) {
        const options = await until(either, login.options());
        requests += 1;
        phase = 'connecting';
        const sent = Date.now();
        const got = await exchange(server, options, ask, either).catch((error: unknown) => {
          if (error instanceof NoAnswer) return error;
          throw error;
        });
        if (got instanceof NoAnswer) {
          phase = got.phase;
          either.throwIfAborted();
          if (!wasReset(got) || spare.reset === 0) return broken(got, ask);
          spare = { ...spare, reset: 0 };
          continue;
        }
        phase = 'answered';
        // Said by who stands behind the API server's proxy: a 401 of theirs is not about our login, nor is their Date the API server's.
        const isRelayed = ask.path.includes('/proxy/') && !ownRefusal(got);
        const told = isRelayed ? undefined : offsetOf(got.headers.date, sent, Date.now());
        if (told) offset = narrowed(offset, told);
        const theirs = new Date(Date.now() + aheadBy(offset));
        const waitMs = retryAfterMs(got, theirs) ?? (got.status === 429 ? 1000 : 0);
        if (got.status === 429 && !ask.takesBusy && spare.wait > 0 && fits(waitMs)) {
          spare = { ...spare, wait: spare.wait - 1 };
          await sleep(waitMs, either);
        } else if (got.status >= 500 && got.status !== 501 && spare.fault > 0 && fits(waitMs)) {
          spare = { ...spare, fault: 0 };
          if (waitMs > 0) await sleep(waitMs, either);
        } else if (isRelayed) {
          return { ok: true, ...got };
        } else if (got.status === 401 && spare.login > 0 && login.renew()) {
          spare = { ...spare, login: 0 };
        } else if (got.status === 401) {
          return { ok: false, why: 'unreachable', detail: login.refused(theirs), maybeDone: false };
        } else {
          return { ok: true, ...got };
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      if (limit.aborted) return ranOut(phase, ask);
      // A token that ran out in the middle and cannot be had again: for this look, the cluster is out of reach.
      if (error instanceof ExpectedStop)
        return { ok: false, why: 'unreachable', detail: error.message, maybeDone: false };
      throw error;
    }
  };

  const broken = (failed: NoAnswer, ask: Ask): Reply => {
    const why = (failed.cause as NodeJS.ErrnoException).code === 'ETIMEDOUT' ? 'timed-out' : 'unreachable';
    return {
      ok: false,
      why,
      detail: connectionTrouble(failed.cause, route),
      maybeDone: failed.phase === 'waiting' && ask.method !== 'GET',
    };
  };

  const ranOut = (phase: Phase, ask: Ask): Reply => {
    const within = `within ${timeLimitMs / 1000} s`;
    const detail = {
      connecting: `${server.host} does not take the connection ${within}. Is a VPN needed, or does a firewall drop it?`,
      waiting: `${server.host} does not answer ${within}. --request-timeout waits longer.`,
      answered: `${server.host} is too busy to answer ${within}. --request-timeout waits longer.`,
    }[phase];
    return { ok: false, why: 'timed-out', detail, maybeDone: phase === 'waiting' && ask.method !== 'GET' };
  };

  return { send, requests: () => requests, aheadMs: () => aheadBy(offset) };
}

/** The socket was closed under the request, as an idle one may be by whoever stands between. */
function wasReset({ cause }: NoAnswer): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** Retry-After (RFC 9110, 10.2.3): seconds, or a date by the clock of who sent it. */
function retryAfterMs({ headers }: Answer, now: Date): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

async function defaultSleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleepFor(milliseconds, undefined, { signal });
}

/** `promise`, or a rejection once the signal is aborted. */
async function until<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
