import type { State } from '../../src/core/diagnosis.ts';
import { numberAt } from '../../src/core/kubernetes/field.ts';
import { refTo } from '../../src/core/kubernetes/object.ts';
import { CouldNotLook } from '../../src/core/sight.ts';
import { coveringOf } from './covering.ts';
import { ownPage, pageIfSeen } from './target/pages.ts';
import { quote } from './target/quote.ts';
import { isOutdated, isTooEarly, type SeenTarget, seenTargets } from './target/seen-targets.ts';
import type { Endpoint, PromView } from './view.ts';
import { youngSince } from './young.ts';

/** What is to be said of the ServiceMonitor where no cause was found. */
export function stateOf(view: PromView): State {
  const { monitor, sight } = view;
  if (!monitor && view.isKindServed && coveringOf(view)) return { is: 'healthy' };
  if (!monitor)
    return {
      is: 'broken',
      object: { ...sight.target },
      quote: view.isKindServed
        ? `there is no ServiceMonitor ${sight.target.name} in ${view.namespace}`
        : 'this cluster does not know the kind ServiceMonitor',
    };
  const states = view.endpoints.map((endpoint) => stateOfEndpoint(view, endpoint));
  const broken = states.find(({ is }) => is === 'down');
  const waits = states.find(({ is }) => is === 'not yet');
  if (!broken && !waits && states.length > 0) return { is: 'healthy' };
  const said = (broken ?? waits)?.says ?? 'it names no endpoints';
  const since = youngSince(view);
  if (!broken && since) {
    return {
      is: 'waiting',
      waiting: {
        for: `Prometheus to scrape ${monitor.metadata.name}: ${said}`,
        since,
        normallyUpTo: 'PT3M',
        nextTryAt: null,
      },
    };
  }
  if (waits?.scrape && !broken)
    return {
      is: 'waiting',
      waiting: { for: `the ${waits.scrape} scrape: ${said}`, since: null, normallyUpTo: 'PT2M', nextTryAt: null },
    };
  return { is: 'broken', object: refTo(monitor), quote: said };
}

type EndpointState = {
  readonly is: 'up' | 'down' | 'not yet';
  readonly says: string;
  /** Which one would tell. */
  readonly scrape?: 'first' | 'next';
};

function stateOfEndpoint(view: PromView, endpoint: Endpoint): EndpointState {
  const pool = view.pool(endpoint);
  if (!pool.known) return { is: 'not yet', says: `Prometheus has no job ${endpoint.pool}` };
  if (isSharded(view) && pool.active < view.simulated(endpoint).kept.length)
    throw new CouldNotLook(`${endpoint.pool} at every shard`, {
      ok: false,
      why: 'not-looked',
      detail: 'Prometheus is divided into shards, and only one of them was asked',
    });
  if (pool.active === 0)
    return { is: 'not yet', says: `${endpoint.pool} has no targets (${pool.dropped} were dropped)` };
  // Pods that come up or go are down by design, as long as others are scraped.
  const settled = seenTargets(view).filter(({ place }) => place === endpoint.place);
  const outdated = settled.filter((item) => isOutdated(view, item));
  const failed = settled.find((item) => item.failure && !outdated.includes(item));
  const fresh = pool.targets.filter(({ health }) => health === 'unknown');
  if (failed && isTooEarly(view, endpoint))
    return { is: 'not yet', says: `${fresh.length} of ${pool.targets.length} targets were not scraped yet` };
  if (failed) return { is: 'down', says: `${failed.target.url}: ${failed.target.lastError}${bodyOf(view, failed)}` };
  const [first] = settled.length > 0 ? [] : pool.targets.filter(({ health }) => health === 'down');
  if (first) return { is: 'down', says: `${first.url}: ${first.lastError}` };
  if (fresh.length === pool.targets.length)
    return { is: 'not yet', says: `${fresh.length} targets were not scraped yet`, scrape: 'first' };
  const [old] = outdated;
  if (old) return { is: 'not yet', says: `${old.target.url} was not scraped since the last change`, scrape: 'next' };
  return { is: 'up', says: '' };
}

/** Of a status Prometheus tells the number only; what the pod says with it may be all there is to go by. */
function bodyOf(view: PromView, failed: SeenTarget): string {
  const own = failed.failure?.failed === 'status' ? ownPage(failed) : undefined;
  const page = own && pageIfSeen(view, own);
  return page?.outcome === 'answered' && page.body !== '' ? `; asked again it says: ${quote(page.body)}` : '';
}

/** Each shard has its part of the targets, and the Service leads to any of them. */
const isSharded = (view: PromView): boolean => (numberAt(view.meant(), 'spec.shards') ?? 1) > 1;

/** Is anybody blind now? */
export function impactOf(view: PromView): string {
  const { monitor, endpoints } = view;
  if (!monitor) {
    const covering = view.isKindServed ? coveringOf(view) : undefined;
    if (covering) return `${covering} covers the service`;
    return `no metrics come by ServiceMonitor ${view.sight.target.name}: it does not exist`;
  }
  const pools = endpoints.map(view.pool);
  const targets = pools.flatMap((pool) => pool.targets);
  const up = targets.filter(({ health }) => health === 'up').length;
  if (up === 0) return `no metrics of ${monitor.metadata.name} are collected: alerts on them cannot fire`;
  if (up < targets.length) return `metrics of ${up} of ${targets.length} targets are collected`;
  return `metrics of ${up} ${up === 1 ? 'target' : 'targets'} are collected`;
}
