import { at, listAt, numberAt, textAt, textMapAt } from '../kubernetes/field.ts';
import type {
  LogLine,
  MetricsPageAnswer,
  PrometheusRuntimeAnswer,
  Sample,
  ScrapePoolAnswer,
  ScrapePoolsAnswer,
  ScrapeTarget,
} from '../look-answers.ts';
import { redactText } from '../redact.ts';
import { expositionOf } from './exposition.ts';

/**
 * Documents of Prometheus' API, cut to what may be kept: labels by an allow-list (discovered ones hold every label and annotation of
 * Services and pods), URLs without user and query. Undefined where the document is none of the kind.
 */

const mostTargets = 100;
const mostSamples = 100;
const mostNames = 500;
const mostLines = 20;
const keptLabels = ['namespace', 'pod', 'service', 'endpoint', 'container', 'node', 'job', 'instance'];

/** `data` of /api/v1/targets. */
export function scrapePoolOf(data: unknown, pool: string): ScrapePoolAnswer | undefined {
  const active = at(data, 'activeTargets');
  if (!Array.isArray(active)) return undefined;
  const own = active.filter((target) => textAt(target, 'scrapePool') === pool);
  const counts = at(data, 'droppedTargetCounts');
  const counted = counts !== null && typeof counts === 'object' ? (counts as Record<string, unknown>)[pool] : undefined;
  // Before Prometheus 2.48 there are no counts; dropped targets were listed all the same.
  const listed = listAt(data, 'droppedTargets').filter((target) => poolOfDropped(target) === pool).length;
  return {
    known: own.length > 0 || typeof counted === 'number' || listed > 0,
    targets: own.slice(0, mostTargets).map(targetOf),
    active: own.length,
    dropped: typeof counted === 'number' ? counted : listed,
  };
}

/** The same document for every pool whose name begins with `prefix`. */
export function scrapePoolsOf(data: unknown, prefix: string): ScrapePoolsAnswer | undefined {
  if (!Array.isArray(at(data, 'activeTargets'))) return undefined;
  const counts = at(data, 'droppedTargetCounts');
  const names = [
    ...listAt(data, 'activeTargets').map((target) => textAt(target, 'scrapePool')),
    ...(counts !== null && typeof counts === 'object' ? Object.keys(counts) : []),
    ...listAt(data, 'droppedTargets').map(poolOfDropped),
  ];
  const own = [...new Set(names)].filter((name) => name?.startsWith(prefix)) as string[];
  return Object.fromEntries(own.toSorted().map((name) => [name, scrapePoolOf(data, name) as ScrapePoolAnswer]));
}

const poolOfDropped = (target: unknown): string | undefined =>
  textAt(target, 'scrapePool') ?? textMapAt(target, 'discoveredLabels')['job'];

function targetOf(target: unknown): ScrapeTarget {
  const health = textAt(target, 'health');
  return {
    url: cutUrl(textAt(target, 'scrapeUrl') ?? ''),
    health: health === 'up' || health === 'down' ? health : 'unknown',
    lastError: line(textAt(target, 'lastError') ?? '', 600),
    lastScrape: line(textAt(target, 'lastScrape') ?? '', 40),
    lastDuration: numberAt(target, 'lastScrapeDuration') ?? 0,
    interval: line(textAt(target, 'scrapeInterval') ?? '', 20),
    timeout: line(textAt(target, 'scrapeTimeout') ?? '', 20),
    labels: cutLabels(at(target, 'labels'), keptLabels),
  };
}

/** `data` of /api/v1/status/runtimeinfo. */
export function runtimeOf(data: unknown): PrometheusRuntimeAnswer | undefined {
  const reloaded = at(data, 'reloadConfigSuccess');
  if (typeof reloaded !== 'boolean') return undefined;
  return { reloaded, lastConfigTime: line(textAt(data, 'lastConfigTime') ?? '', 40) };
}

/** `data` of /api/v1/query, where its result is a vector. */
export function samplesOf(data: unknown): readonly Sample[] | undefined {
  if (textAt(data, 'resultType') !== 'vector') return undefined;
  return listAt(data, 'result')
    .slice(0, mostSamples)
    .flatMap((item) => {
      const value = Number(listAt(item, 'value')[1]);
      return [{ labels: cutLabels(at(item, 'metric'), [...keptLabels, '__name__']), value }];
    });
}

/** `data` of /api/v1/alertmanagers: where it sends alerts just now. */
export function alertmanagersOf(data: unknown): readonly string[] | undefined {
  if (!Array.isArray(at(data, 'activeAlertmanagers'))) return undefined;
  return listAt(data, 'activeAlertmanagers')
    .slice(0, mostTargets)
    .map((one) => cutUrl(textAt(one, 'url') ?? ''));
}

/** A container's log with a time before each line, as the API server gives it (`timestamps=true`). */
export function logLinesOf(log: string, phrase: string): readonly LogLine[] {
  return log
    .split('\n')
    .filter((text) => text.includes(phrase))
    .slice(-mostLines)
    .flatMap((text) => {
      const [, time, said = ''] = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) (.*)$/.exec(text) ?? [];
      return time === undefined ? [] : [{ time, text: line(said, 300) }];
    });
}

/** An answer of a pod's page. */
export function metricsPageOf(answer: {
  readonly status: number;
  readonly contentType: string;
  readonly location: string;
  readonly body: string;
  readonly seconds: number;
}): MetricsPageAnswer {
  const read = expositionOf(answer.body);
  return {
    outcome: 'answered',
    status: answer.status,
    contentType: line(answer.contentType, 200),
    location: cutUrl(answer.location),
    // First redacted, then cut: half a secret would not be recognised.
    body: redactText(answer.body).slice(0, 1024),
    isExposition: read.is === 'exposition' && read.samples > 0,
    samples: read.is === 'exposition' ? read.samples : 0,
    ...(read.is === 'exposition' ? { names: read.names.slice(0, mostNames).map((name) => line(name, 200)) } : {}),
    seconds: answer.seconds,
  };
}

/** What the API server says where it did not reach the pod (503, `error trying to reach service: …`, Go's words). */
export function unreachedPage(message: string): Extract<MetricsPageAnswer, { outcome: 'failed' }> {
  const detail = line(message.replace(/^error trying to reach service: /, ''), 300);
  const why = /connection refused/.test(detail)
    ? 'refused'
    : /i\/o timeout|deadline exceeded|Client\.Timeout/.test(detail)
      ? 'timed-out'
      : /tls:|x509:|HTTP response to HTTPS client/.test(detail)
        ? 'tls'
        : /EOF|reset by peer|broken pipe/.test(detail)
          ? 'reset'
          : 'unreachable';
  return { outcome: 'failed', why, detail };
}

const line = (text: string, length: number): string =>
  redactText(text)
    .replaceAll(/[\t\n\u2028\u2029]+/g, ' ')
    .slice(0, length);

function cutUrl(text: string): string {
  const [plain = ''] = text.split(/[?#]/);
  return line(plain.replace(/^(\w+:\/\/)[^/@]*@/, '$1'), 300);
}

function cutLabels(labels: unknown, kept: readonly string[]): Readonly<Record<string, string>> {
  const all = textMapAt({ labels }, 'labels');
  return Object.fromEntries(
    kept.flatMap((name) => (all[name] === undefined ? [] : [[name, line(all[name], 200)] as const])),
  );
}
