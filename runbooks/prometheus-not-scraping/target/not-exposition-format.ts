import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { PromView } from '../view.ts';
import { lookAtPods, patchCommand, portForward } from './mend.ts';
import { isMetrics, otherPages, ownPage, pageIfSeen, sawPage, soundPages } from './pages.ts';
import { calledAt, capital, failing, type SeenTarget, sawTarget, whichOf } from './seen-targets.ts';

export const notExpositionFormat: Cause<PromView> = {
  code: 'not-exposition-format',
  title: 'The metrics page is not a metrics page',
  severity: 'error',
  owner: 'application',
  explains: [],
  look(view) {
    const hits = failing(view, ({ failed }) => failed === 'parse' || failed === 'content-type');
    const [first] = hits.failed;
    const { monitor } = view;
    if (!monitor || !first) return clear();
    const own = ownPage(first);
    // A type that Prometheus does not know may stand over sound metrics: only the body tells.
    const page = own && (first.failure?.failed === 'parse' ? pageIfSeen(view, own) : view.sight.must(own));
    if (first.failure?.failed !== 'parse' && (page === undefined || isMetrics(page))) return clear();
    const [best] = soundPages(view, otherPages(first));
    const path = calledAt(first)?.path ?? 'the page';
    return found({
      object: refTo(hits.all ? monitor : (first.pod ?? monitor)),
      because: `${capital(whichOf(hits))} of ${monitor.metadata.name} answered ${path} with something that is no metrics text${page?.outcome === 'answered' && page.location !== '' ? ': they send the caller elsewhere, to a login page for instance' : ''}${best ? `; the metrics are at ${best.path}${best.port === own?.port ? '' : ` of port ${best.port}`}` : ''}.`,
      confidence: 'confirmed',
      evidence: [
        ...hits.failed.slice(0, 3).map((item) => sawTarget(item, 'up')),
        ...(own && page ? [sawPage(own, page)] : []),
        ...soundEvidence(view, first),
      ],
      remedies: [
        ...(hits.all ? [] : [lookAtPods(view, hits.failed)]),
        byHand({
          id: 'serve-metrics-text',
          title: best
            ? `Scrape ${best.path}${best.port === own?.port ? '' : ` of port ${best.port}`} instead, where the pod shows its metrics`
            : 'Point the ServiceMonitor at the real metrics page, or mend what the application writes there',
          risk: 'low',
          commands: [
            portForward(view, first),
            `curl -siL http://localhost:8080${path} | head -20`,
            best && best.port === own?.port
              ? patchCommand(monitor, [{ path: ['spec', 'endpoints', first.place, 'path'], to: best.path }])
              : `kubectl -n ${view.namespace} edit servicemonitor ${monitor.metadata.name}   # spec.endpoints[${first.place}]: path, port`,
          ],
        }),
      ],
    });
  },
};

const soundEvidence = (view: PromView, target: SeenTarget): readonly Evidence[] =>
  soundPages(view, otherPages(target))
    .slice(0, 2)
    .flatMap((look) => {
      const page = pageIfSeen(view, look);
      return page ? [sawPage(look, page)] : [];
    });
