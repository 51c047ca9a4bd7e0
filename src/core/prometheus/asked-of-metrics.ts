import type { KubernetesObject } from '../kubernetes/object.ts';
import type { World } from '../scenario.ts';
import { type LivePool, livePools, type Objects, scrapeIn } from './live-pools.ts';
import { keptOf } from './metric-rules.ts';
import { servedBy } from './pages.ts';

/**
 * The queries by which `orion-setup test metrics` asks, answered from the objects of a scenario: one number, null where there is no
 * series, undefined where it is another query. The scrapes of its week are taken to have gone as they go now.
 */
export function metricsAnswer(
  query: string,
  prometheus: KubernetesObject,
  objects: Objects,
  world: World,
): number | null | undefined {
  const scrapes = () => scrapesOf(prometheus, objects, world);
  const [, over] = /^sum\((sum|count)_over_time\(up\{/.exec(query) ?? [];
  if (over !== undefined) {
    const up = scrapes().filter(({ isUp }) => isUp || over === 'count').length;
    return scrapes().length === 0 ? null : up * scrapesOfAWeek;
  }
  const [, pod, end] = /^min\(min_over_time\(.*pod="([^"]*)".* @ (\d+)\)\)$/.exec(query) ?? [];
  if (end !== undefined) {
    const isSeen = scrapes().some(({ labels, isUp }) => isUp && labels['pod'] === pod);
    return isSeen ? Number(end) - 600 + secondsToFirst : null;
  }
  const [, plain, part] = /^count\((?:(\w+)\{|\{__name__=~"(\w+)\()/.exec(query) ?? [];
  const name = plain ?? part;
  if (name === undefined) return undefined;
  const others = world.prometheus.metrics.filter((one) => one === name).length;
  const own = scrapes().reduce((sum, { samplesOf }) => sum + samplesOf(name), 0);
  return own + others === 0 ? null : own + others;
}

const scrapesOfAWeek = (7 * 24 * 3600) / 30;
const secondsToFirst = 20;

const scrapesOf = (prometheus: KubernetesObject, objects: Objects, world: World) =>
  livePools(prometheus, objects, world).flatMap((one) =>
    scrapeIn(one, prometheus, objects, world).map(({ health }, place) => ({
      isUp: health === 'up',
      labels: one.pool.kept[place]?.labels ?? {},
      samplesOf: (name: string) => (health === 'up' ? samplesOn(one, place, name, world) : 0),
    })),
  );

/** How many samples of a metric, or of the parts of a histogram, are left of a target's page. */
function samplesOn({ pool, endpoint }: LivePool, place: number, name: string, world: World): number {
  const target = pool.kept[place];
  const pod = target?.discovered.pod;
  if (!target || !pod) return 0;
  const { port, pathname } = new URL(target.url);
  const served = servedBy(pod, Number(port || 80), pathname, world);
  if ('failed' in served) return 0;
  const isOf = new RegExp(`^${name}(_bucket|_count|_sum)?[{ ]`);
  const lines = served.page.body.split('\n').filter((line) => isOf.test(line));
  const rules = (endpoint as { readonly metricRelabelings?: readonly unknown[] }).metricRelabelings ?? [];
  return keptOf(lines.map((line) => `${line}\n`).join(''), rules, target.labels).kept;
}
