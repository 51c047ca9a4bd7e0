import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { PromView } from '../view.ts';

export const configReloadFailed: Cause<PromView> = {
  code: 'config-reload-failed',
  title: 'Prometheus could not load its new configuration and runs on with an old one',
  severity: 'error',
  owner: 'platform',
  explains: [],
  look(view) {
    const { monitor } = view;
    if (!monitor || !view.isTaken() || view.config() === 'absent') return clear();
    const prometheus = view.meant();
    if (!prometheus || isWell(view)) return clear();
    const { reloaded, lastConfigTime } = view.runtime();
    if (reloaded) return clear('the last reload of the configuration went well');
    const { name, namespace } = prometheus.metadata;
    return found({
      object: refTo(prometheus),
      because: `Prometheus ${name} refused its newest configuration and uses the one of ${lastConfigTime}; what was changed since, for whichever service, is not in use.`,
      confidence: 'confirmed',
      evidence: [
        { from: `Prometheus ${namespace}/${name}`, path: 'reloadConfigSuccess', saw: 'false', wanted: 'true' },
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

/** Scraped as it should be: whatever else the configuration lacks is not ours. Where that cannot be seen, nothing is said. */
const isWell = (view: PromView): boolean =>
  view.endpoints.every((endpoint) => {
    const { active, targets } = view.pool(endpoint);
    return active > 0 && targets.every(({ health }) => health === 'up');
  });
