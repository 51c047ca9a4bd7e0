import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { listAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { dropsOf } from '../../../src/core/prometheus/metric-rules.ts';
import type { PromView } from '../view.ts';
import { patchCommand } from './mend.ts';
import { isAsked, ownPage } from './pages.ts';
import { samplesOf } from './samples.ts';
import { capital, failing, prometheusOf, type SeenTarget, sawTarget, seenTargets, whichOf } from './seen-targets.ts';

export const metricRelabelingsDropAll: Cause<PromView> = {
  code: 'metric-relabelings-drop-all',
  title: "The monitor's metric relabelings drop every sample",
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { monitor, namespace } = view;
    if (!monitor) return clear();
    const nameless = failing(view, ({ failed }) => failed === 'nameless');
    const up = seenTargets(view).filter(({ failure }) => failure === undefined);
    if (nameless.failed.length === 0 && up.length === 0) return clear();
    const hits = nameless.failed.length > 0 ? nameless : emptied(view, up);
    const [first] = hits.failed;
    if (!first || hits.failed.length < hits.of.length) return clear('samples are left after the metric relabelings');
    const rules = `spec.endpoints.${first.place}.metricRelabelings`;
    const isOwn = listAt(monitor, rules).length > 0;
    const isAdded = listAt(prometheusOf(view), 'spec.scrapeClasses').some(
      (one) => listAt(one, 'metricRelabelings').length > 0,
    );
    // Numbers of another monitor that scrapes the same pods: without any rule nothing of ours is dropped.
    if (!isOwn && !isAdded) return clear('there are no metric relabelings');
    const guilty = isOwn ? guiltyRule(view, first) : undefined;
    return found({
      object: refTo(isOwn ? monitor : prometheusOf(view)),
      because:
        nameless.failed.length > 0
          ? `The metric relabelings of ${monitor.metadata.name} take the name away from samples, which fails ${whichOf(hits)}.`
          : `${capital(whichOf(hits))} of ${monitor.metadata.name} are scraped well, and then the metric relabelings${isOwn ? '' : ' that the Prometheus object adds'} drop every sample${guilty === undefined ? '' : `: the rule at place ${guilty} takes the last of them`}.`,
      confidence: 'confirmed',
      evidence: [
        ...countsOf(view, first),
        ...(isOwn ? [saw(monitor, guilty === undefined ? rules : `${rules}.${guilty}`)] : []),
        ...nameless.failed.slice(0, 2).map((item) => sawTarget(item, 'up')),
      ],
      remedies: [
        byHand({
          id: 'mend-metric-relabelings',
          title: 'Mend or take out the rule; which samples were meant only its author knows',
          risk: 'low',
          commands: [
            `kubectl -n ${namespace} get servicemonitor ${monitor.metadata.name} -o jsonpath='{.spec.endpoints[${first.place}].metricRelabelings}'`,
            guilty === undefined
              ? `kubectl -n ${namespace} edit servicemonitor ${monitor.metadata.name}`
              : patchCommand(monitor, [
                  { path: ['spec', 'endpoints', first.place, 'metricRelabelings', guilty], to: undefined },
                ]),
          ],
        }),
      ],
    });
  },
};

/** Targets that gave samples of which none is left. Where the rules, replayed, would leave some, another monitor wrote the numbers. */
function emptied(view: PromView, up: readonly SeenTarget[]) {
  const counts = samplesOf(view);
  const failed = up.filter((target) => {
    const count = counts(target);
    return count !== undefined && count.scraped > 0 && count.kept === 0 && replayed(view, target) !== 'leaves-some';
  });
  const of = up.filter(({ place }) => failed.some((item) => item.place === place));
  return { failed, of, untold: 0, all: failed.length === of.length };
}

function replayed(view: PromView, target: SeenTarget): 'leaves-some' | number | undefined {
  const own = ownPage(target);
  const page = own && isAsked(view, target) ? view.sight.must(own) : undefined;
  if (page?.outcome !== 'answered' || !page.isExposition) return undefined;
  return dropsOf(
    listAt(view.monitor, `spec.endpoints.${target.place}.metricRelabelings`),
    page.body,
    target.target.labels,
  );
}

function guiltyRule(view: PromView, target: SeenTarget): number | undefined {
  const answer = replayed(view, target);
  return typeof answer === 'number' ? answer : undefined;
}

function countsOf(view: PromView, target: SeenTarget): readonly Evidence[] {
  if (target.failure !== undefined) return [];
  const count = samplesOf(view)(target);
  if (!count) return [];
  const from = `Prometheus, target ${target.target.url}`;
  return [
    { from, path: 'scrape_samples_scraped', saw: String(count.scraped) },
    { from, path: 'scrape_samples_post_metric_relabeling', saw: String(count.kept), wanted: 'more than 0' },
  ];
}
