import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { addressOf } from '../../../src/core/prometheus/address.ts';
import type { PromView } from '../view.ts';
import { asksOf, jobQuery } from './job-asks.ts';
import { ownPage } from './pages.ts';
import { prometheusOf, seenTargets } from './seen-targets.ts';

/** Jobs beyond the few that were asked for are not judged. */
function nobodyCarries(view: PromView, job: string): boolean {
  const look = jobQuery(addressOf(prometheusOf(view)), job);
  const answer = view.sight.try(look);
  if (!answer.ok && answer.why === 'not-looked') return false;
  return view.sight.must(look).length === 0;
}

export const jobLabelMismatch: Cause<PromView> = {
  code: 'job-label-mismatch',
  title: 'Alerts ask for a job name that the metrics do not have',
  severity: 'warning',
  owner: 'operator',
  explains: [],
  look(view) {
    const { monitor, namespace } = view;
    const up = seenTargets(view).filter(({ failure }) => failure === undefined);
    const [first] = up;
    // An agent answers no queries.
    if (!monitor || !first || prometheusOf(view).kind === 'PrometheusAgent') return clear();
    const rules = view.sight.list(kinds.PrometheusRule, namespace);
    const jobs = [...new Set(up.flatMap(({ target }) => target.labels['job'] ?? []))];
    const asks = asksOf(rules).filter(({ job }) => !jobs.includes(job));
    if (asks.length === 0) return clear();
    const own = ownPage(first);
    const page = own && view.sight.must(own);
    const body = page?.outcome === 'answered' ? page.body : '';
    // Only what asks for metrics that our own page has, and for a job that nobody has, is meant for us.
    const missed = asks.filter(
      ({ metric, job }) =>
        (metric === 'up' || new RegExp(`^${metric}[{ ]`, 'm').test(body)) && nobodyCarries(view, job),
    );
    const [ask] = missed;
    if (!ask) return clear('the rules of the namespace ask for jobs that are there');
    const jobLabel = textAt(monitor, 'spec.jobLabel');
    return found({
      object: refTo(ask.rule),
      because: `Scraping works, but ${ask.rule.metadata.name} asks for ${ask.metric} of job "${ask.job}", and the series carry job "${jobs.join('", "')}": such a rule never fires.`,
      confidence: 'confirmed',
      evidence: [
        {
          from: `PrometheusRule/${ask.rule.metadata.name}`,
          path: ask.path,
          saw: `job="${ask.job}"`,
          wanted: `job="${jobs[0] ?? ''}"`,
        },
        { from: `Prometheus, target ${first.target.url}`, path: 'labels.job', saw: jobs.join(', ') },
        ...(jobLabel ? [saw(monitor, 'spec.jobLabel')] : []),
      ],
      remedies: [
        byHand({
          id: 'let-names-agree',
          title: jobLabel
            ? `Mend the rule, or give the Service the label ${jobLabel}: ${ask.job}`
            : `Mend the rule, or let the Service be called ${ask.job}`,
          commands: [
            `kubectl -n ${ask.rule.metadata.namespace} edit prometheusrule ${ask.rule.metadata.name}   # ${ask.path}`,
            ...(jobLabel
              ? [
                  `kubectl -n ${namespace} label service ${first.target.labels['service'] ?? 'SERVICE'} ${jobLabel}=${ask.job}`,
                ]
              : []),
          ],
        }),
      ],
    });
  },
};
