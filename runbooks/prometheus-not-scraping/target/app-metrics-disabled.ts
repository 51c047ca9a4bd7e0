import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { isEqual } from '../../../src/core/equal.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { MetricsPageAnswer } from '../../../src/core/look-answers.ts';
import type { PromView } from '../view.ts';
import { portForward } from './mend.ts';
import { isAsked, kindOf, ownPage, sawPage } from './pages.ts';
import { samplesOf } from './samples.ts';
import { calledAt, capital, type SeenTarget, sawTarget, seenTargets, whichOf } from './seen-targets.ts';

export const appMetricsDisabled: Cause<PromView> = {
  code: 'app-metrics-disabled',
  title: 'The metrics page is empty',
  severity: 'error',
  owner: 'application',
  explains: [],
  look(view) {
    const { monitor, namespace } = view;
    const up = seenTargets(view).filter(({ failure }) => failure === undefined);
    if (!monitor || up.length === 0) return clear();
    const count = samplesOf(view);
    const empty = up.filter((target) => count(target)?.scraped === 0);
    // Prometheus counts by labels, and targets of equal labels (several paths of one port, another monitor) share one number. The page
    // itself decides, for those that were not asked as for the one of their kind that was.
    const blank = empty.filter((target) => isBlank(view, target));
    const [first] = blank;
    if (!first) return clear(empty.length === 0 ? 'what is scraped has samples' : 'no page was seen to be empty');
    const failed = empty.filter((target) => blank.some((asked) => kindOf(asked) === kindOf(target)));
    const own = ownPage(first);
    const hits = { failed, of: up, untold: 0, all: failed.length === up.length };
    return found({
      object: refTo(first.pod ?? monitor),
      because: `${capital(whichOf(hits))} of ${monitor.metadata.name} are scraped well, and there is nothing on their page ${calledAt(first)?.path ?? ''}: the application collects no metrics.`,
      confidence: own && isShown(view.sight.must(own)) ? 'confirmed' : 'likely',
      evidence: [
        { ...sawTarget(first), path: 'scrape_samples_scraped', saw: '0', wanted: 'more than 0' },
        ...(own ? [sawPage(own, view.sight.must(own))] : []),
        ...settingsOf(first.pod),
      ],
      remedies: [
        byHand({
          id: 'switch-metrics-on',
          title: 'Let the application collect its metrics',
          commands: [
            portForward(view, first),
            `curl -si http://localhost:8080${calledAt(first)?.path ?? '/metrics'}`,
            `kubectl -n ${namespace} get pod ${first.pod?.metadata.name ?? 'POD'} -o jsonpath='{.spec.containers[*].env[*].name}'`,
          ],
        }),
      ],
    });
  },
};

const isShown = (page: MetricsPageAnswer): page is Extract<MetricsPageAnswer, { outcome: 'answered' }> =>
  page.outcome === 'answered' && page.status === 200;

/** Whether there is nothing on the page of a target of whom Prometheus counted nothing. Where it does not show itself, only a number of its own counts. */
function isBlank(view: PromView, target: SeenTarget): boolean {
  const own = ownPage(target);
  if (own && !isAsked(view, target)) return false;
  const page = own && view.sight.must(own);
  if (page && isShown(page)) return page.samples === 0;
  const alike = view.endpoints
    .flatMap((one) => view.pool(one).targets)
    .filter(({ labels }) => isEqual(labels, target.target.labels));
  return alike.length === 1;
}

/** Names only: values never get here. */
function settingsOf(pod: KubernetesObject | undefined): readonly Evidence[] {
  const names = listAt(pod, 'spec.containers')
    .flatMap((container) => listAt(container, 'env'))
    .map((entry) => textAt(entry, 'name') ?? '')
    .filter((name) => /metric|prometheus|monitor/i.test(name));
  return pod && names.length > 0
    ? [{ from: `Pod/${pod.metadata.name}`, path: 'spec.containers[*].env[*].name', saw: names.slice(0, 5).join(', ') }]
    : [];
}
