import { timeAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { World } from '../scenario.ts';
import { metricsAnswer } from './asked-of-metrics.ts';
import { millisecondsOf } from './durations.ts';
import { intervalOf, type LivePool, livePools, type Objects, scrapeIn, timeoutOf } from './live-pools.ts';

/** The pools as Prometheus' own API gives them (/api/v1/targets), but for the discovered labels. */
export function targetsDocument(
  prometheus: KubernetesObject,
  objects: Objects,
  world: World,
  pool: string | null,
  now: Date,
) {
  const pools = livePools(prometheus, objects, world);
  const wanted = pools.filter(({ name }) => pool === null || name === pool);
  return {
    activeTargets: wanted.flatMap((one) =>
      scrapeIn(one, prometheus, objects, world).map((scrape, place) => {
        const target = one.pool.kept[place];
        const interval = intervalOf(one.endpoint, prometheus);
        const result = isFresh(one, place, interval, now) ? { ...scrape, ...notYet } : scrape;
        return {
          discoveredLabels: target?.discovered.labels,
          labels: target?.labels,
          scrapePool: one.name,
          scrapeUrl: target?.url,
          globalUrl: target?.url,
          lastError: result.lastError,
          lastScrape: result.health === 'unknown' ? '0001-01-01T00:00:00Z' : justBefore(now, interval),
          lastScrapeDuration: result.seconds,
          health: result.health,
          scrapeInterval: interval,
          scrapeTimeout: timeoutOf(one.endpoint, prometheus),
        };
      }),
    ),
    droppedTargets: wanted.flatMap((one) =>
      one.pool.dropped.map(({ discovered }) => ({ discoveredLabels: discovered.labels, scrapePool: one.name })),
    ),
    droppedTargetCounts: Object.fromEntries(pools.map(({ name, pool: { dropped } }) => [name, dropped.length])),
  };
}

/** No scrape is older than an interval. */
const justBefore = (now: Date, interval: string): string =>
  new Date(now.getTime() - Math.min(12_000, millisecondsOf(interval) ?? 12_000)).toISOString();

const notYet = { health: 'unknown', lastError: '', seconds: 0 } as const;

/** The first scrape comes within one interval of what is new: the monitor, or the pod. */
function isFresh({ monitor, pool }: LivePool, place: number, scraped: string, now: Date): boolean {
  const interval = millisecondsOf(scraped) ?? 30_000;
  const pod = pool.kept[place]?.discovered.pod;
  return [timeAt(monitor, 'metadata.creationTimestamp'), timeAt(pod, 'status.startTime')].some(
    (moment) => moment !== undefined && now.getTime() - moment.getTime() < interval,
  );
}

/** What /api/v1/status/runtimeinfo says. */
export const runtimeDocument = (world: World, now: Date) => ({
  reloadConfigSuccess: world.prometheus.reload === 'good',
  lastConfigTime: new Date(now.getTime() - 3_600_000).toISOString(),
});

/**
 * An instant query of one metric that Prometheus writes for every scrape; all labels of each target. Targets of equal labels write into one
 * series, as several paths of one port do: what the last of them wrote is its number. Other metrics have no samples here.
 */
export function queryDocument(query: string, prometheus: KubernetesObject, objects: Objects, world: World, now: Date) {
  const name = /^(up|scrape_samples_scraped|scrape_samples_post_metric_relabeling)\b/.exec(query)?.[1];
  const wanted = [...query.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [label, value] as const);
  const time = now.getTime() / 1000;
  const number = metricsAnswer(query, prometheus, objects, world);
  if (number !== undefined)
    return { resultType: 'vector', result: number === null ? [] : [{ metric: {}, value: [time, String(number)] }] };
  const written =
    name === undefined
      ? []
      : livePools(prometheus, objects, world).flatMap((one) =>
          scrapeIn(one, prometheus, objects, world).flatMap((scrape, place) => {
            const labels = one.pool.kept[place]?.labels ?? {};
            if (!wanted.every(([label, value]) => labels[label] === value)) return [];
            const value =
              { up: Number(scrape.health === 'up'), scrape_samples_scraped: scrape.samples }[name] ?? scrape.kept;
            return [{ metric: { __name__: name, ...labels }, value: [time, String(value)] }];
          }),
        );
  const series = new Map(written.map((sample) => [JSON.stringify(Object.entries(sample.metric).toSorted()), sample]));
  return { resultType: 'vector', result: [...series.values()] };
}
