import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { PromView } from '../view.ts';
import { onMonitor, portForward } from './mend.ts';
import { isMetrics, ownPage, sawPage } from './pages.ts';
import { calledAt, capital, failing, sawTarget, whichOf } from './seen-targets.ts';

/** What an untyped page is read as: the text format of before OpenMetrics. */
const fallback = 'PrometheusText0.0.4';

export const contentType: Cause<PromView> = {
  code: 'content-type',
  title: 'The metrics page does not say that it is metrics',
  severity: 'error',
  owner: 'application',
  explains: [],
  look(view) {
    const hits = failing(view, ({ failed }) => failed === 'content-type');
    const [first] = hits.failed;
    const { monitor } = view;
    const own = first && ownPage(first);
    if (!monitor || first?.failure?.failed !== 'content-type' || !own) return clear();
    // Whatever Prometheus calls it: what is no metrics text is another cause.
    const page = view.sight.must(own);
    if (!isMetrics(page)) return clear();
    const { type } = first.failure;
    return found({
      object: refTo(hits.all ? monitor : (first.pod ?? monitor)),
      because: `${capital(whichOf(hits))} of ${monitor.metadata.name} sent sound metrics ${type === undefined ? 'without a Content-Type' : `as "${type}"`}, which Prometheus 3 does not guess at.`,
      confidence: 'confirmed',
      evidence: [...hits.failed.slice(0, 3).map((item) => sawTarget(item, 'up')), sawPage(own, page)],
      remedies: [
        onMonitor(view, {
          id: 'set-fallback-protocol',
          title: `Let Prometheus read such pages as metrics text: fallbackScrapeProtocol ${fallback}`,
          edits: [{ path: ['spec', 'fallbackScrapeProtocol'], to: fallback }],
        }),
        byHand({
          id: 'send-content-type',
          title: 'Better: let the application send "Content-Type: text/plain; version=0.0.4"',
          commands: [
            portForward(view, first),
            `curl -si http://localhost:8080${calledAt(first)?.path ?? '/metrics'} | head`,
          ],
        }),
      ],
    });
  },
};
