import { textAt } from '../kubernetes/field.ts';
import type { World } from '../scenario.ts';
import { expositionOf } from './exposition.ts';
import { servedBy } from './pages.ts';
import type { KeptTarget } from './pool.ts';

/** What a scrape of one target comes to, in Prometheus' own words (seen with 3.13). */
export type Scraped = {
  readonly health: 'up' | 'down';
  readonly lastError: string;
  readonly seconds: number;
  readonly samples: number;
};

const down = (lastError: string, seconds = 0.003): Scraped => ({ health: 'down', lastError, seconds, samples: 0 });

/** Scrapes a target of a scenario: what its pod serves, as Prometheus would take it. */
export function scraped(target: KeptTarget, endpoint: unknown, timeoutSeconds: number, world: World): Scraped {
  const { pod } = target.discovered;
  const url = new URL(target.url);
  const port = Number(/:(\d+)$/.exec(target.address)?.[1] ?? (url.protocol === 'https:' ? 443 : 80));
  if (!pod) return down(`Get "${target.url}": context deadline exceeded`, timeoutSeconds);
  const served = servedBy(pod, port, url.pathname, world);
  if ('failed' in served) {
    switch (served.failed) {
      case 'refused':
        return down(`Get "${target.url}": dial tcp ${target.address}: connect: connection refused`);
      case 'timed-out':
        return down(`Get "${target.url}": context deadline exceeded`, timeoutSeconds);
      case 'reset':
        return down(`Get "${target.url}": EOF`);
    }
  }
  const { page } = served;
  const scheme = url.protocol.slice(0, -1);
  if (scheme === 'https' && page.scheme === 'http')
    return down(`Get "${target.url}": http: server gave HTTP response to HTTPS client`);
  if (scheme === 'http' && page.scheme === 'https') return down('server returned HTTP status 400 Bad Request');
  if (page.seconds >= timeoutSeconds) return down(`Get "${target.url}": context deadline exceeded`, timeoutSeconds);
  if (page.status !== 200)
    return down(`server returned HTTP status ${page.status} ${reasons[page.status] ?? ''}`.trim());
  const refused = contentTypeError(page.contentType, textAt(endpoint, 'fallbackScrapeProtocol'));
  if (refused) return down(refused);
  const read = expositionOf(page.body);
  if (read.is === 'other') return down(read.error);
  return { health: 'up', lastError: '', seconds: Math.max(0.003, page.seconds), samples: read.samples };
}

function contentTypeError(contentType: string, fallback: string | undefined): string | undefined {
  if (fallback) return undefined;
  if (contentType === '')
    return 'non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target';
  const type = contentType.split(';')[0]?.trim() ?? '';
  return ['text/plain', 'application/openmetrics-text', 'application/vnd.google.protobuf'].includes(type)
    ? undefined
    : `received unsupported Content-Type "${contentType}" and no fallback_scrape_protocol specified for target`;
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
