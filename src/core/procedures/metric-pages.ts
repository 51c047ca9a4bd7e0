import { kinds } from '../kubernetes/kinds.ts';
import type { Look, PrometheusAddress } from '../look.ts';
import type { MetricsPageAnswer } from '../look-answers.ts';
import type { Sight } from '../sight.ts';
import { ownNames } from '../verify/names.ts';
import type { Subject } from '../verify/point.ts';
import { failed, type Judged, passed } from './check.ts';
import { targetsOf } from './scrapes.ts';

/** What the pods themselves serve, by the pod proxy. */

const deploymentName = ownNames.deployment;
const mostPages = 5;
/** Where no target says it: the service's own port and path. */
const usual = { scheme: 'http', port: 3001, path: '/metrics' } as const;

type PageLook = Extract<Look, { at: 'metrics-page' }>;

/** Pages as Prometheus asks for them; without targets, as the service's own manifests have them. */
export function pageLooks(sight: Sight, site: Subject, prometheus: PrometheusAddress | undefined): readonly PageLook[] {
  const { namespace } = site;
  const byTarget = (prometheus ? targetsOf(sight, site, prometheus) : []).flatMap(
    ({ url, labels }): readonly PageLook[] => {
      const parsed = URL.parse(url);
      const pod = labels['pod'];
      if (!parsed || pod === undefined || (labels['namespace'] ?? namespace) !== namespace) return [];
      const scheme = parsed.protocol === 'https:' ? 'https' : 'http';
      const port = Number(parsed.port || (scheme === 'https' ? 443 : 80));
      return [{ at: 'metrics-page', namespace, pod, scheme, port, path: parsed.pathname }];
    },
  );
  const pods = sight.tryList(kinds.Pod, namespace);
  const byPod = (pods.ok ? pods.value : [])
    .filter(({ metadata }) => metadata.labels?.['app'] === deploymentName && metadata.deletionTimestamp === undefined)
    .map(({ metadata }): PageLook => ({ at: 'metrics-page', namespace, pod: metadata.name, ...usual }));
  return (byTarget.length > 0 ? byTarget : byPod).slice(0, mostPages);
}

export function judgePages(sight: Sight, site: Subject, prometheus: PrometheusAddress | undefined): Judged {
  sight.list(kinds.Pod, site.namespace);
  const looks = pageLooks(sight, site, prometheus);
  if (looks.length === 0) return failed('there is no pod of the service');
  const pages = looks.map((look) => ({ pod: look.pod, page: sight.must(look) }));
  const bad = pages.find(({ page }) => !isSound(page));
  const runbook = 'prometheus-not-scraping';
  if (bad) return failed(`Pod ${bad.pod}: ${saidBy(bad.page)}`, { object: `Pod/${bad.pod}`, runbook });
  const samples = pages.map(({ page }) => (page.outcome === 'answered' ? page.samples : 0));
  return passed(`${pages.length} of ${pages.length} pods, ${Math.min(...samples)} samples or more each`);
}

const isSound = (page: MetricsPageAnswer): boolean =>
  page.outcome === 'answered' && page.status === 200 && page.isExposition;

function saidBy(page: MetricsPageAnswer): string {
  if (page.outcome === 'failed') return page.detail || page.why;
  return page.status === 200 ? 'the page is no metrics text' : `answers ${page.status}`;
}
