import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { PromView } from '../view.ts';
import { lookAtPods, onMonitor, portForward } from './mend.ts';
import { otherPages, ownPage, type PageLook, pageIfSeen, sawPage, soundPages } from './pages.ts';
import { capital, failing, type SeenTarget, sawTarget, whichOf } from './seen-targets.ts';

export const target404: Cause<PromView> = {
  code: 'target-404',
  title: 'The metrics path answers 404',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const hits = failing(view, (failure) => failure.failed === 'status' && failure.status === 404);
    const [first] = hits.failed;
    if (!view.monitor || !first) return clear();
    const own = ownPage(first);
    const page = own && pageIfSeen(view, own);
    const sound = hits.all ? soundPages(view, otherPages(first)) : [];
    const [best] = sound;
    const path = own?.path ?? 'the path';
    return found({
      object: refTo(hits.all ? view.monitor : (first.pod ?? view.monitor)),
      because: hits.all
        ? `${capital(whichOf(hits))} of ${view.monitor.metadata.name} answered 404 at ${path}: the application shows its metrics elsewhere${best ? `, at ${placeOf(best, own)}` : ', or not at all'}.`
        : `${capital(whichOf(hits))} of ${view.monitor.metadata.name} answered 404 at ${path}. ${hits.of.some(({ failure }) => failure === undefined) ? 'The others are scraped there, so the ServiceMonitor is right, and these pods lack the page' : 'Whether the others show their metrics there is not known yet'}.`,
      confidence: 'confirmed',
      evidence: [
        ...hits.failed.slice(0, 3).map((scraped) => sawTarget(scraped, 'up')),
        ...(own && page ? [sawPage(own, page)] : []),
        ...sound.slice(0, 2).flatMap((look) => {
          const seen = pageIfSeen(view, look);
          return seen ? [sawPage(look, seen)] : [];
        }),
      ],
      remedies: hits.all
        ? [
            ...(best && own && !isAskedFor(view, first, own, best) ? [towards(view, first, own, best)] : []),
            findThePage(view, first),
          ]
        : [lookAtPods(view, hits.failed)],
    });
  },
};

const placeOf = (page: PageLook, own: PageLook | undefined): string =>
  page.port === own?.port ? page.path : `port ${page.port}, ${page.path}`;

/** A path that was mended, and that Prometheus has not loaded yet. */
const isAskedFor = ({ monitor }: PromView, { place }: SeenTarget, own: PageLook, page: PageLook): boolean =>
  page.port === own.port && (textAt(monitor, `spec.endpoints.${place}.path`) ?? '/metrics') === page.path;

/** Another path of the same port is the monitor's business alone; another port is the Service's too. */
function towards(view: PromView, { place }: SeenTarget, own: PageLook, page: PageLook): Remedy {
  if (page.port === own.port)
    return onMonitor(view, {
      id: 'use-path-with-metrics',
      title: `Scrape ${page.path}, where the pod shows its metrics`,
      edits: [{ path: ['spec', 'endpoints', place, 'path'], to: page.path }],
    });
  return byHand({
    id: 'use-port-with-metrics',
    title: `Scrape port ${page.port} instead, where the pod shows its metrics at ${page.path}`,
    risk: 'low',
    commands: [
      `kubectl -n ${view.namespace} get services -o custom-columns=NAME:.metadata.name,PORTS:.spec.ports[*].name,TARGETS:.spec.ports[*].targetPort`,
      `kubectl -n ${view.namespace} edit servicemonitor ${view.monitor?.metadata.name}   # spec.endpoints[${place}].port: the name of the Service's port that leads to ${page.port}`,
    ],
  });
}

const findThePage = (view: PromView, scraped: SeenTarget): Remedy =>
  byHand({
    id: 'find-metrics-path',
    title: 'Find out where the application shows its metrics, and write that path into the ServiceMonitor',
    commands: [
      portForward(view, scraped),
      'curl -s http://localhost:8080/metrics | head',
      `kubectl -n ${view.namespace} edit servicemonitor ${view.monitor?.metadata.name}   # spec.endpoints[${scraped.place}].path`,
    ],
  });
