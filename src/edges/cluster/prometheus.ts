import type { Fetched } from '../../core/fetched.ts';
import { at } from '../../core/kubernetes/field.ts';
import type { InsideLook, PrometheusAddress } from '../../core/look.ts';
import { alertmanagersOf, runtimeOf, samplesOf, scrapePoolOf, scrapePoolsOf } from '../../core/prometheus/answers.ts';
import { redactText } from '../../core/redact.ts';
import { rightOfLook } from '../../core/rights/of-look.ts';
import { rightText } from '../../core/rights/right.ts';
import { ownRefusal, parseJson, statusOf } from './api-status.ts';
import { exchange, NoAnswer } from './exchange.ts';
import { refused, servicePath } from './proxied.ts';
import { unread } from './refused-read.ts';
import type { Reply, Transport } from './transport.ts';

type PrometheusLook = Extract<InsideLook, { prometheus: PrometheusAddress }>;

/** Sends one GET to the API of a Prometheus; `path` begins with `/api/v1`. */
export type PrometheusWay = {
  readonly send: (address: PrometheusAddress, path: string, signal: AbortSignal) => Promise<Reply>;
  /** How it is called where it does not answer. */
  readonly named: (address: PrometheusAddress) => string;
};

/** Through the API server, which alone must be reachable from here. */
export function byServiceProxy(transport: Transport): PrometheusWay {
  return {
    send: (address, path, signal) =>
      transport.send({ method: 'GET', path: servicePath(address, path), repeatable: true }, signal),
    named: ({ namespace, service }) => `Service ${service} in ${namespace}`,
  };
}

/** At the address that --prometheus names, whatever the objects of the cluster say. */
export function atAddress(url: URL, timeLimitMs: number): PrometheusWay {
  return {
    send: async (_, path, signal) => {
      const limit = AbortSignal.timeout(timeLimitMs);
      try {
        const answer = await exchange(url, {}, { method: 'GET', path }, AbortSignal.any([signal, limit]));
        return { ok: true, ...answer };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof NoAnswer)) throw error;
        const said = error.cause instanceof Error ? error.cause.message : String(error.cause);
        return {
          ok: false,
          why: limit.aborted ? 'timed-out' : 'unreachable',
          detail: `Prometheus at ${url.host} does not answer: ${redactText(limit.aborted ? 'too slow' : said)}`,
          maybeDone: false,
        };
      }
    },
    named: () => `Prometheus at ${url.host}`,
  };
}

export async function askPrometheus(
  way: PrometheusWay,
  look: PrometheusLook,
  signal: AbortSignal,
): Promise<Fetched<unknown>> {
  const reply = await way.send(look.prometheus, pathOf(look), signal);
  if (!reply.ok) return unread(reply.why, reply.detail);
  if (ownRefusal(reply)) return refused(reply, rightText(rightOfLook(look)));
  const document = parseJson(reply.text);
  const data = at(document, 'data');
  const isWell = reply.status === 200 && at(document, 'status') === 'success';
  const value = isWell ? readingOf(look, data) : undefined;
  if (value !== undefined) return { ok: true, value };
  const { message } = statusOf(reply);
  return unread(
    'unreadable',
    `${way.named(look.prometheus)} answers ${reply.status}, and not as Prometheus does: ${message.slice(0, 120)}`,
  );
}

function readingOf(look: PrometheusLook, data: unknown): unknown {
  switch (look.at) {
    case 'scrape-pool':
      return scrapePoolOf(data, look.pool);
    case 'scrape-pools':
      return scrapePoolsOf(data, look.prefix);
    case 'prometheus-runtime':
      return runtimeOf(data);
    case 'prometheus-query':
      return samplesOf(data);
    case 'alertmanagers':
      return alertmanagersOf(data);
  }
}

function pathOf(look: PrometheusLook): string {
  switch (look.at) {
    case 'scrape-pool':
      return `/api/v1/targets?${new URLSearchParams({ scrapePool: look.pool, state: 'any' })}`;
    case 'scrape-pools':
      return '/api/v1/targets?state=any';
    case 'prometheus-runtime':
      return '/api/v1/status/runtimeinfo';
    case 'prometheus-query':
      return `/api/v1/query?${new URLSearchParams({ query: look.query })}`;
    case 'alertmanagers':
      return '/api/v1/alertmanagers';
  }
}
