import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { MetricsPageAnswer } from '../../../src/core/look-answers.ts';
import { millisecondsOf } from '../../../src/core/prometheus/durations.ts';
import type { PromView } from '../view.ts';
import { lookAtPods, portForward } from './mend.ts';
import { ownPage, sawPage } from './pages.ts';
import { calledAt, capital, failing, type SeenTarget, sawTarget, whichOf } from './seen-targets.ts';
import { isShutOut } from './shut-out.ts';

export const targetTimeoutSlow: Cause<PromView> = {
  code: 'target-timeout-slow',
  title: 'The metrics page is slower than the scrape timeout',
  severity: 'error',
  owner: 'application',
  explains: [],
  look(view) {
    const hits = failing(view, ({ failed }) => failed === 'timed-out');
    const [first] = hits.failed;
    if (!view.monitor || !first) return clear();
    const isBody = hits.failed.some(({ failure }) => failure?.failed === 'timed-out' && failure.at === 'body');
    const own = ownPage(first);
    const page = own && view.sight.must(own);
    const timeout = (millisecondsOf(first.target.timeout) ?? 10_000) / 1000;
    const isSlow = page?.outcome === 'answered' && page.seconds >= timeout;
    if (!isBody && !isSlow) {
      if (isShutOut(view, first)) return clear('a NetworkPolicy keeps Prometheus from the pods');
      // In time for us, and for Prometheus on no pod at all: something is in between that is not seen from here.
      if (hits.failed.length === hits.of.length && page?.outcome === 'answered')
        return clear(`the page answered the API server in ${inSeconds(page.seconds)}, so it is not slow`);
    }
    const where = calledAt(first)?.path ?? 'the page';
    return found({
      object: refTo(hits.all ? view.monitor : (first.pod ?? view.monitor)),
      because: `${capital(whichOf(hits))} of ${view.monitor.metadata.name} did not end ${where} within ${first.target.timeout}${isBody ? ': the answer began and did not end in time' : ''}${forUs(page, isSlow)}.`,
      confidence: isBody || isSlow ? 'confirmed' : 'likely',
      evidence: [
        ...hits.failed.slice(0, 3).map((item) => sawTarget(item, 'up')),
        ...hits.failed.slice(0, 3).map(durationOf),
        saw(view.monitor, `spec.endpoints.${first.place}.scrapeTimeout`),
        ...(own && page ? [sawPage(own, page)] : []),
      ],
      remedies: [
        ...(hits.all ? [] : [lookAtPods(view, hits.failed)]),
        byHand({
          id: 'make-page-faster',
          title: 'Make the page faster, or let Prometheus wait longer (at most the interval)',
          risk: 'low',
          commands: [
            portForward(view, first),
            `time curl -s http://localhost:8080${where} | wc -l`,
            `kubectl -n ${view.namespace} edit servicemonitor ${view.monitor.metadata.name}   # spec.endpoints[${first.place}].scrapeTimeout, at most ${first.target.interval}`,
          ],
        }),
      ],
    });
  },
};

/** How the same page fared for the API server, which calls at another moment and from elsewhere. */
function forUs(page: MetricsPageAnswer | undefined, isSlow: boolean): string {
  if (page?.outcome === 'failed') return '; nor did the API server get an answer';
  if (page?.outcome !== 'answered') return '';
  return isSlow
    ? `; it took ${inSeconds(page.seconds)} for the API server too`
    : `. The API server had it in ${inSeconds(page.seconds)}: it is slow under load only, or the way to these pods is`;
}

const inSeconds = (seconds: number): string => `${seconds < 10 ? seconds.toFixed(2) : Math.round(seconds)} s`;

const durationOf = ({ target }: SeenTarget) => ({
  from: `Prometheus, target ${target.url}`,
  path: 'lastScrapeDuration',
  saw: inSeconds(target.lastDuration),
  wanted: `under ${target.timeout}`,
});
