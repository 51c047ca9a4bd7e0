import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { containerPorts } from '../../../src/core/prometheus/discovery.ts';
import type { PromView } from '../view.ts';
import { lookAtPods, portForward } from './mend.ts';
import { otherPages, ownPage, pageIfSeen, sawPage, soundPages } from './pages.ts';
import { calledAt, capital, failing, sawTarget, whichOf } from './seen-targets.ts';
import { isShutOut } from './shut-out.ts';

export const targetConnectionRefused: Cause<PromView> = {
  code: 'target-connection-refused',
  title: 'Nothing listens on the metrics port',
  severity: 'error',
  owner: 'application',
  explains: [],
  look(view) {
    const hits = failing(view, ({ failed }) => failed === 'refused');
    const [first] = hits.failed;
    if (!view.monitor || !first) return clear();
    const own = ownPage(first);
    const page = own && pageIfSeen(view, own);
    // A few networks refuse what a policy forbids: then the pod answers others than Prometheus.
    const isOpenToOthers = page === undefined || page.outcome === 'answered';
    if (own && isOpenToOthers && isShutOut(view, first) && view.sight.must(own).outcome === 'answered')
      return clear('the pod answers others: a NetworkPolicy refuses Prometheus');
    const port = calledAt(first)?.port ?? 0;
    const declared = first.pod ? [...new Set(containerPorts(first.pod).map(({ number }) => number))] : [];
    const [best] = soundPages(
      view,
      otherPages(first).filter((look) => look.port !== port),
    );
    return found({
      object: refTo(first.pod ?? view.monitor),
      because: `${capital(whichOf(hits))} of ${view.monitor.metadata.name} refused the connection to port ${port}: nothing listens there at the pod's own address${best ? `; the metrics are on port ${best.port}` : ''}.`,
      confidence: 'confirmed',
      evidence: [
        ...hits.failed.slice(0, 3).map((scraped) => sawTarget(scraped, 'up')),
        ...(own && page ? [sawPage(own, page)] : []),
        ...(first.pod
          ? [
              {
                from: `Pod/${first.pod.metadata.name}`,
                path: 'spec.containers[*].ports',
                saw: declared.length > 0 ? declared.join(', ') : 'none declared',
                wanted: String(port),
              },
            ]
          : []),
      ],
      remedies: hits.all
        ? [
            byHand({
              id: 'let-it-listen',
              title: best
                ? `Scrape port ${best.port}, or let the application listen on ${port} at all addresses`
                : `Let the application listen on port ${port} at all addresses, not on 127.0.0.1 alone`,
              risk: 'low',
              commands: [
                portForward(view, first),
                'curl -s http://localhost:8080/metrics | head   # answered: it listens on 127.0.0.1 only',
                `kubectl -n ${view.namespace} get services -o wide`,
                `kubectl -n ${view.namespace} logs ${first.pod?.metadata.name ?? 'POD'} --tail 50`,
              ],
            }),
          ]
        : [lookAtPods(view, hits.failed)],
    });
  },
};
