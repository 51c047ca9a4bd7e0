import { listAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { World } from '../scenario.ts';
import { contentTypeError } from './content-type.ts';
import { expositionOf } from './exposition.ts';
import { handshakeError } from './handshake.ts';
import { limitError } from './limits.ts';
import { keptOf } from './metric-rules.ts';
import { pageError } from './page-error.ts';
import { type Served, servedBy } from './pages.ts';
import type { KeptTarget } from './pool.ts';
import { isLetThrough } from './way.ts';

/** What a scrape of one target comes to, in Prometheus' own words (seen with 3.13). */
export type Scraped = {
  readonly health: 'up' | 'down';
  readonly lastError: string;
  readonly seconds: number;
  readonly samples: number;
  /** Of these, those that are left after the metric relabelings. */
  readonly kept: number;
};

export type Scrape = {
  readonly monitor: KubernetesObject;
  readonly endpoint: unknown;
  readonly prometheus: KubernetesObject;
  /** In the whole pool. */
  readonly targets: number;
  readonly timeoutSeconds: number;
};

const down = (lastError: string, seconds = 0.003): Scraped => ({
  health: 'down',
  lastError,
  seconds,
  samples: 0,
  kept: 0,
});

/** Scrapes a target of a scenario: what its pod serves, as Prometheus would take it. */
export function scraped(
  target: KeptTarget,
  scrape: Scrape,
  objects: readonly KubernetesObject[],
  world: World,
): Scraped {
  const { monitor, endpoint, prometheus, targets, timeoutSeconds } = scrape;
  const { pod } = target.discovered;
  const url = new URL(target.url);
  const port = Number(/:(\d+)$/.exec(target.address)?.[1] ?? (url.protocol === 'https:' ? 443 : 80));
  const silence = down(`Get "${target.url}": context deadline exceeded`, timeoutSeconds);
  if (!pod) return silence;
  const ofPool = limitError(monitor, prometheus, { targets, samples: [], kept: 0, page: '' });
  if (ofPool) return down(ofPool);
  if (world.ingress.enforcesNetworkPolicies && !isLetThrough(prometheus, pod, port, objects)) return silence;
  const served = followed(pod, port, url.pathname, world);
  if ('failed' in served) {
    switch (served.failed) {
      case 'refused':
        return down(`Get "${target.url}": dial tcp ${target.address}: connect: connection refused`);
      case 'timed-out':
        return silence;
      case 'reset':
        return down(`Get "${target.url}": EOF`);
    }
  }
  const { page } = served;
  const scheme = url.protocol.slice(0, -1);
  if (scheme === 'https' && page.scheme === 'http')
    return down(`Get "${target.url}": http: server gave HTTP response to HTTPS client`);
  if (scheme === 'http' && page.scheme === 'https')
    return page.certificate.onPlain === 'eof'
      ? down(`Get "${target.url}": EOF`)
      : down('server returned HTTP status 400 Bad Request');
  const untrusted = scheme === 'https' ? handshakeError(page, endpoint, target.address) : undefined;
  if (untrusted) return down(`Get "${target.url}": ${untrusted}`);
  if (page.seconds >= timeoutSeconds) return silence;
  if (page.status !== 200)
    return down(`server returned HTTP status ${page.status} ${reasons[page.status] ?? ''}`.trim());
  const refused = contentTypeError(page.contentType, textAt(monitor, 'spec.fallbackScrapeProtocol'));
  if (refused) return down(refused);
  const unread = pageError(page.body, page.contentType);
  if (unread) return down(unread);
  const left = keptOf(page.body, listAt(endpoint, 'metricRelabelings'), target.labels);
  if (left.isNameless) return down('missing metric name (__name__ label)');
  const tooMuch = limitError(monitor, prometheus, { targets, ...left, page: page.body });
  if (tooMuch) return down(tooMuch);
  const seconds = Math.max(0.003, page.seconds);
  return { health: 'up', lastError: '', seconds, samples: samplesIn(page.body), kept: left.kept };
}

function samplesIn(body: string): number {
  const read = expositionOf(body);
  return read.is === 'exposition' ? read.samples : 0;
}

/** Redirects are followed, as the operator has it unless followRedirects is false; here to the same pod only. */
function followed(pod: KubernetesObject, port: number, path: string, world: World, hops = 10): Served {
  const served = servedBy(pod, port, path, world);
  if ('failed' in served || hops === 0) return served;
  const { status, location } = served.page;
  return status >= 300 && status < 400 && location.startsWith('/')
    ? followed(pod, port, location, world, hops - 1)
    : served;
}

const reasons: Readonly<Record<number, string>> = {
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
