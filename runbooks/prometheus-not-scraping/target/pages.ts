import type { Evidence } from '../../../src/core/diagnosis.ts';
import type { AnswerOf, Look } from '../../../src/core/look.ts';
import type { MetricsPageAnswer } from '../../../src/core/look-answers.ts';
import { containerPorts } from '../../../src/core/prometheus/discovery.ts';
import type { PromView } from '../view.ts';
import { quote } from './quote.ts';
import { calledAt, isOutdated, type SeenTarget, seenTargets } from './seen-targets.ts';

export type PageLook = Extract<Look, { at: 'metrics-page' }>;

/** Where applications show their metrics, as far as habit goes. */
const usualPaths = ['/metrics', '/actuator/prometheus', '/api/metrics', '/prometheus'];
const mostPorts = 3;

/** The page that Prometheus asks of this target, asked of the pod through the API server. */
export function ownPage({ pod, ...scraped }: SeenTarget): PageLook | undefined {
  const at = calledAt({ pod, ...scraped });
  return pod && at
    ? { at: 'metrics-page', namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name, ...at }
    : undefined;
}

/** The same over the other scheme. */
export function otherScheme(own: PageLook): PageLook {
  return { ...own, scheme: own.scheme === 'http' ? 'https' : 'http' };
}

/** Other pages of the same pod that may be the one that was meant. */
export function otherPages(scraped: SeenTarget): readonly PageLook[] {
  const own = ownPage(scraped);
  if (!own || !scraped.pod) return [];
  const paths = usualPaths.filter((path) => path !== own.path).map((path) => ({ ...own, path }));
  const ports = containerPorts(scraped.pod)
    .filter(({ number, protocol }) => number !== own.port && protocol === 'TCP')
    .slice(0, mostPorts)
    .map(({ number }) => ({ ...own, port: number, path: '/metrics', scheme: 'http' as const }));
  return [...paths, ...ports];
}

/** Targets of one kind would all say the same: of one endpoint, failing alike, of pods of one template. */
export const kindOf = ({ place, failure, pod }: SeenTarget): string =>
  JSON.stringify([place, failure ?? null, pod?.metadata.labels?.['pod-template-hash'] ?? null]);

/** What to ask, for one target of each kind. */
export function pageLooks(view: PromView): readonly PageLook[] {
  const seen = new Set<string>();
  return seenTargets(view).flatMap((scraped) => {
    const kind = kindOf(scraped);
    if (seen.has(kind) || isOutdated(view, scraped)) return [];
    seen.add(kind);
    return pagesFor(scraped);
  });
}

function pagesFor(scraped: SeenTarget): readonly PageLook[] {
  const own = ownPage(scraped);
  if (!own) return [];
  const { failure } = scraped;
  switch (failure?.failed) {
    case 'status':
      if (failure.status === 404) return [own, ...otherPages(scraped)];
      return failure.status === 400 ? [own, otherScheme(own)] : [own];
    case 'content-type':
    case 'parse':
    case 'refused':
      return [own, ...otherPages(scraped)];
    case 'speaks-http':
    case 'speaks-tls':
    case 'cut-off':
      return [own, otherScheme(own)];
    case 'limit':
    case 'tls':
    case 'unreachable':
    case 'no-such-host':
    case 'nameless':
    case 'other':
    case 'timed-out':
    case undefined:
      return [own];
  }
}

export function pageIfSeen(view: PromView, look: PageLook): MetricsPageAnswer | undefined {
  const answer = view.sight.try(look);
  return answer.ok ? (answer.value as AnswerOf<PageLook>) : undefined;
}

/** Whether the page of this target was asked for: of targets that fare alike only one is. */
export function isAsked(view: PromView, target: SeenTarget): boolean {
  const own = ownPage(target);
  const answer = own && view.sight.try(own);
  return answer !== undefined && (answer.ok || answer.why !== 'not-looked');
}

export const isMetrics = (page: MetricsPageAnswer | undefined): boolean =>
  page?.outcome === 'answered' && page.status === 200 && page.isExposition;

/** Those of the pages that show metrics. */
export const soundPages = (view: PromView, looks: readonly PageLook[]): readonly PageLook[] =>
  looks.filter((look) => {
    const page = pageIfSeen(view, look);
    return isMetrics(page) && page?.outcome === 'answered' && page.samples > 0;
  });

const addressOfPage = ({ scheme, pod, port, path }: PageLook): string => `${scheme}://${pod}:${port}${path}`;

export function sawPage(look: PageLook, page: MetricsPageAnswer): Evidence {
  const from = `GET ${addressOfPage(look)} through the API server`;
  if (page.outcome === 'failed') return { from, saw: `${page.why}: ${quote(page.detail)}` };
  if (page.isExposition && page.status === 200) return { from, saw: `200, metrics with ${page.samples} samples` };
  const type = page.contentType === '' ? 'no content type' : page.contentType;
  const to = page.location === '' ? '' : `, redirects to ${quote(page.location)}`;
  return { from, saw: `${page.status}, ${type}${to}: ${quote(page.body).slice(0, 120)}` };
}
