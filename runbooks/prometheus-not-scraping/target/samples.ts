import { listAt } from '../../../src/core/kubernetes/field.ts';
import type { Look } from '../../../src/core/look.ts';
import { addressOf } from '../../../src/core/prometheus/address.ts';
import { dropsOf } from '../../../src/core/prometheus/metric-rules.ts';
import type { PromView } from '../view.ts';
import { isAsked, ownPage } from './pages.ts';
import { prometheusOf, type SeenTarget, seenTargets } from './seen-targets.ts';

type QueryLook = Extract<Look, { at: 'prometheus-query' }>;

const metrics = { scraped: 'scrape_samples_scraped', kept: 'scrape_samples_post_metric_relabeling' } as const;

/** How many samples each target gave at its last scrape, and how many of them the metric relabelings left. Asked where a target is up. */
export function sampleLooks(view: PromView): readonly QueryLook[] {
  // An agent answers no queries.
  if (prometheusOf(view).kind === 'PrometheusAgent') return [];
  const up = seenTargets(view).filter(({ failure }) => failure === undefined);
  return [...new Set(up.map(({ target }) => target.labels['namespace'] ?? view.namespace))].flatMap((namespace) =>
    Object.values(metrics).map((metric) => lookFor(view, metric, namespace)),
  );
}

const lookFor = (view: PromView, metric: string, namespace: string): QueryLook => ({
  at: 'prometheus-query',
  prometheus: addressOf(prometheusOf(view)),
  query: `${metric}{namespace="${namespace}"}`,
});

/** Targets of equal labels write the same series: then the newer sample stands there, whoever wrote it. */
export function samplesOf(
  view: PromView,
): (target: SeenTarget) => { readonly scraped: number; readonly kept: number } | undefined {
  const value = (metric: string, { target: { labels } }: SeenTarget): number | undefined =>
    view.sight
      .must(lookFor(view, metric, labels['namespace'] ?? view.namespace))
      .find((sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value))?.value;
  if (prometheusOf(view).kind === 'PrometheusAgent') return (target) => byPage(view, target);
  return (target) => {
    const [scraped, kept] = [value(metrics.scraped, target), value(metrics.kept, target)];
    return scraped === undefined || kept === undefined ? undefined : { scraped, kept };
  };
}

/** The same as the page and the rules tell it, for the one target of several alike whose page was asked for. */
function byPage(view: PromView, target: SeenTarget): { readonly scraped: number; readonly kept: number } | undefined {
  const own = ownPage(target);
  if (!own || !isAsked(view, target)) return undefined;
  const page = view.sight.must(own);
  if (page.outcome !== 'answered') return undefined;
  const rules = listAt(target.endpoint, 'metricRelabelings');
  const isEmptied = typeof dropsOf(rules, page.body, target.target.labels) === 'number';
  return { scraped: page.samples, kept: isEmptied ? 0 : page.samples };
}
