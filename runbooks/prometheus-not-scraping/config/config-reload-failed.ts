import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { Endpoint, PromView } from '../view.ts';

export const configReloadFailed: Cause<PromView> = {
  code: 'config-reload-failed',
  title: 'Prometheus could not load its new configuration and runs on with an old one',
  severity: 'error',
  owner: 'platform',
  // What is scraped is what was loaded before: its faults may long be mended.
  explains: ['target-404', 'target-connection-refused', 'scheme-mismatch', 'not-exposition-format'],
  look(view) {
    const { monitor } = view;
    if (!monitor || !view.isTaken() || view.config() === 'absent') return clear();
    const prometheus = view.meant();
    const stale = view.endpoints.filter((endpoint) => !isLoadedAsItIs(view, endpoint));
    if (!prometheus || stale.length === 0) return clear();
    const { reloaded, lastConfigTime } = view.runtime();
    if (reloaded) return clear('the last reload of the configuration went well');
    const { name, namespace } = prometheus.metadata;
    return found({
      object: refTo(prometheus),
      because: `Prometheus ${name} refused its newest configuration and uses the one of ${lastConfigTime}; what was changed since, for whichever service, is not in use.`,
      confidence: 'confirmed',
      evidence: [
        { from: `Prometheus ${namespace}/${name}`, path: 'reloadConfigSuccess', saw: 'false', wanted: 'true' },
        ...stale.map((endpoint) => ({
          from: `Prometheus, ${endpoint.pool}`,
          saw: shapesScraped(view, endpoint).join(', ') || 'no target',
          wanted: shapesWanted(view, endpoint).join(', ') || 'the job',
        })),
      ],
      remedies: [
        byHand({
          id: 'find-refused-line',
          title: 'Find what Prometheus refuses, and tell its owner: often additionalScrapeConfigs of another team',
          commands: [
            `kubectl -n ${namespace} logs prometheus-${name}-0 -c prometheus | grep "Error reloading config"`,
            `kubectl -n ${namespace} get prometheus ${name} -o jsonpath='{.spec.additionalScrapeConfigs}'`,
          ],
        }),
      ],
    });
  },
};

/** Whether Prometheus scrapes what the ServiceMonitor asks for today: then whatever else it has not loaded is not ours. */
function isLoadedAsItIs(view: PromView, endpoint: Endpoint): boolean {
  if (!view.pool(endpoint).known) return false;
  return shapesScraped(view, endpoint).join() === shapesWanted(view, endpoint).join();
}

/** Pods come and go, and Prometheus follows them without a reload; scheme, port and path come with the configuration. */
const shapeOf = (url: string): string => url.replace(/^(\w+:\/\/)(?:\[[^\]]*\]|[^:/]*)/, '$1POD');
const sorted = (urls: readonly string[]): readonly string[] => [...new Set(urls.map(shapeOf))].toSorted();

const shapesScraped = (view: PromView, endpoint: Endpoint): readonly string[] =>
  sorted(view.pool(endpoint).targets.map(({ url }) => url));
const shapesWanted = (view: PromView, endpoint: Endpoint): readonly string[] =>
  sorted(view.simulated(endpoint).kept.map(({ url }) => url));
