import { condition, listAt, textAt } from '../kubernetes/field.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { isOwnedBy } from '../kubernetes/object.ts';
import type { Look, MetricsPageAnswer, PrometheusAddress, ScrapeTarget } from '../look.ts';
import { addressOf, jobPrefixOf } from '../prometheus/address.ts';
import type { TestReport } from '../report/test-report.ts';
import type { Sight } from '../sight.ts';
import { CouldNotLook } from '../sight.ts';
import { byRunbook } from './by-runbook.ts';
import { type Check, checkOf, failed, type Judged, noted, passed } from './check.ts';
import { countQuery, isOnPage, type Metric, metrics, quoted, type Where } from './metric-list.ts';
import { deploymentName, type Procedure, type Site } from './procedure.ts';

export const monitorName = 'auth-service-monitor';
const mostPages = 5;
/** Where no target says it: the service's own port and path. */
const usual = { scheme: 'http', port: 3001, path: '/metrics' } as const;
/** How far back the first sample of a pod is looked for, after its start. */
const visibleWindowSeconds = 600;

/** Which Prometheus is meant; undefined where there is none to ask. */
export type Meant = (sight: Sight) => KubernetesObject | undefined;

/** What --prometheus names is asked whatever stands here. */
const given: PrometheusAddress = {
  namespace: '',
  name: 'given',
  service: '',
  port: '',
  scheme: 'http',
  prefix: '',
};

/**
 * Targets and metrics page, the ten metrics that dashboards and alerts live on, how well the scrapes went over the last week, and how soon
 * a new pod is seen.
 */
export function metricsProcedure(site: Site, meant: Meant, isGiven: boolean): Procedure {
  const prometheusOf = (sight: Sight): PrometheusAddress | undefined => {
    const found = quietly(() => meant(sight));
    return found ? addressOf(found) : isGiven ? given : undefined;
  };
  return {
    rounds: [
      (sight) => {
        const prometheus = prometheusOf(sight);
        const monitor = quietly(() => monitorOf(sight, site));
        return prometheus && monitor
          ? poolsOf(monitor).map((pool) => ({ at: 'scrape-pool', prometheus, pool }) as const)
          : [];
      },
      (sight) => {
        const prometheus = prometheusOf(sight);
        return [
          ...(prometheus ? queries(sight, site, prometheus).map((query) => queryLook(prometheus, query)) : []),
          ...pageLooks(sight, site, prometheus),
        ];
      },
    ],
    judge: (sight, diagnosis) => {
      const prometheus = prometheusOf(sight);
      const targets = prometheus ? targetsOf(sight, site, prometheus) : [];
      const success = prometheus && quietly(() => successOf(sight, site, prometheus));
      const seconds = prometheus && quietly(() => secondsToVisible(sight, site, prometheus));
      const list = metrics.map((metric) => judgeMetric(sight, site, prometheus, metric));
      return {
        checks: [
          ...byRunbook(diagnosis, 'scraped', 'Prometheus scrapes the service', 'prometheus-not-scraping'),
          ...checks(sight, site, prometheus),
          ...list.map(checkOfMetric),
        ],
        scrape: {
          targets: targets.map(({ labels, url, health, lastError, lastScrape }) => ({
            pod: labels['pod'] ?? labels['instance'] ?? '',
            url,
            health,
            lastError,
            lastScrape,
          })),
          success: success?.share ?? null,
          target: 1,
          secondsToVisible: seconds ?? null,
        },
        metrics: list,
      };
    },
  };
}

const queryLook = (prometheus: PrometheusAddress, query: string) =>
  ({ at: 'prometheus-query', prometheus, query }) as const;

function monitorOf(sight: Sight, { namespace }: Site): KubernetesObject | undefined {
  return sight.list(kinds.ServiceMonitor, namespace).find(({ metadata }) => metadata.name === monitorName);
}

const poolsOf = (monitor: KubernetesObject): readonly string[] =>
  listAt(monitor, 'spec.endpoints').map((_, place) => `${jobPrefixOf(monitor)}${place}`);

function targetsOf(sight: Sight, site: Site, prometheus: PrometheusAddress): readonly ScrapeTarget[] {
  const monitor = quietly(() => monitorOf(sight, site));
  return (monitor ? poolsOf(monitor) : []).flatMap((pool) => {
    const answer = sight.try({ at: 'scrape-pool', prometheus, pool });
    return answer.ok ? answer.value.targets : [];
  });
}

/** Our own targets in PromQL, by the labels that they really have. */
function whereOf(sight: Sight, site: Site, prometheus: PrometheusAddress): Where {
  const labels = targetsOf(sight, site, prometheus)[0]?.labels;
  const job = labels?.['job'];
  const own =
    job === undefined
      ? `namespace=${quoted(site.namespace)},service="${deploymentName}"`
      : [`job=${quoted(job)}`, ...(labels?.['namespace'] ? [`namespace=${quoted(labels['namespace'])}`] : [])].join(
          ',',
        );
  return { namespace: site.namespace, own };
}

const sumQuery = ({ own }: Where): string => `sum(sum_over_time(up{${own}}[7d]))`;
const scrapesQuery = ({ own }: Where): string => `sum(count_over_time(up{${own}}[7d]))`;
const averageQuery = ({ own }: Where): string => `avg_over_time(up{${own}}[7d])`;

function queries(sight: Sight, site: Site, prometheus: PrometheusAddress): readonly string[] {
  const where = whereOf(sight, site, prometheus);
  const pod = quietly(() => youngest(sight, site));
  return [
    sumQuery(where),
    scrapesQuery(where),
    averageQuery(where),
    ...(pod ? [firstSeenQuery(where, pod)] : []),
    ...metrics.map((metric) => countQuery(metric, where)),
  ];
}

type Started = { readonly name: string; readonly at: Date };

/** The youngest ready pod of the service: of it the first sample is looked for. */
function youngest(sight: Sight, { namespace }: Site): Started | undefined {
  const sets = sight.tryList(kinds.ReplicaSet, namespace);
  const pods = sight.list(kinds.Pod, namespace).flatMap((pod): readonly Started[] => {
    const ready = condition(pod, 'Ready');
    const isOurs = sets.ok
      ? sets.value.some(
          (set) => isOwnedBy(pod, set) && set.metadata.ownerReferences?.some(({ name }) => name === deploymentName),
        )
      : pod.metadata.name.startsWith(`${deploymentName}-`);
    const started = textAt(pod, 'status.startTime');
    return isOurs && ready?.status === 'True' && started && pod.metadata.deletionTimestamp === undefined
      ? [{ name: pod.metadata.name, at: new Date(started) }]
      : [];
  });
  return pods.toSorted((one, other) => other.at.getTime() - one.at.getTime())[0];
}

/** The first moment, in steps of five seconds, at which a scrape of this pod had gone well. */
function firstSeenQuery({ own }: Where, { name, at }: Started): string {
  const end = Math.floor(at.getTime() / 1000) + visibleWindowSeconds;
  return `min(min_over_time((timestamp(up{${own},pod=${quoted(name)}} == 1))[${visibleWindowSeconds}s:5s] @ ${end}))`;
}

/** Under no series `count` and `sum` have no answer at all. */
function numberFrom(sight: Sight, prometheus: PrometheusAddress, query: string): number | undefined {
  const [sample] = sight.must(queryLook(prometheus, query));
  return sample && Number.isFinite(sample.value) ? sample.value : undefined;
}

function successOf(sight: Sight, site: Site, prometheus: PrometheusAddress) {
  const where = whereOf(sight, site, prometheus);
  const good = numberFrom(sight, prometheus, sumQuery(where));
  const all = numberFrom(sight, prometheus, scrapesQuery(where));
  if (good === undefined || all === undefined || all === 0) return undefined;
  return { good, all, share: good / all };
}

function secondsToVisible(sight: Sight, site: Site, prometheus: PrometheusAddress): number | undefined {
  const pod = youngest(sight, site);
  if (!pod) return undefined;
  const first = numberFrom(sight, prometheus, firstSeenQuery(whereOf(sight, site, prometheus), pod));
  return first === undefined ? undefined : Math.max(0, Math.round(first - pod.at.getTime() / 1000));
}

/** Of a hundred, cut and not rounded: what is not all must not read as all. */
export const percent = (share: number): string => `${Math.floor(share * 10_000) / 100} %`;

function noPrometheus(): never {
  const detail = 'no Prometheus was found that takes our ServiceMonitor; name one with --prometheus';
  throw new CouldNotLook('Prometheus', { ok: false, why: 'not-looked', detail });
}

function checks(sight: Sight, site: Site, prometheus: PrometheusAddress | undefined): readonly Check[] {
  const ask = <T>(look: (address: PrometheusAddress) => T): T => (prometheus ? look(prometheus) : noPrometheus());
  return [
    checkOf({ id: 'targets', title: 'Targets of our ServiceMonitor', expected: 'every one up' }, () =>
      ask((address) => judgeTargets(sight, site, address)),
    ),
    checkOf(
      { id: 'page', title: 'Metrics page of the pods', expected: "Prometheus' text format, by the pod proxy" },
      () => judgePages(sight, site, prometheus),
    ),
    checkOf({ id: 'scrape-success', title: 'Scrape success of the last week', expected: '100 %' }, () =>
      ask((address) => {
        sight.must(queryLook(address, averageQuery(whereOf(sight, site, address))));
        const found = successOf(sight, site, address);
        if (!found) return failed('no scrape at all in the last week');
        const lost = found.all - found.good;
        const saw = `${percent(found.share)} of ${found.all} scrapes`;
        return lost === 0 ? passed(saw) : failed(`${saw}: ${lost} failed`, { path: 'avg_over_time(up[7d])' });
      }),
    ),
    checkOf(
      { id: 'visible', title: 'Metrics of a new pod are visible', expected: 'within a minute; 1 to 3 are normal' },
      () => ask((address) => judgeVisible(sight, site, address)),
    ),
  ];
}

function judgeTargets(sight: Sight, site: Site, prometheus: PrometheusAddress): Judged {
  const monitor = monitorOf(sight, site);
  const object = `ServiceMonitor/${monitorName}`;
  const runbook = 'prometheus-not-scraping';
  if (!monitor) return failed('there is no such ServiceMonitor', { object, runbook });
  for (const pool of poolsOf(monitor)) sight.must({ at: 'scrape-pool', prometheus, pool });
  const targets = targetsOf(sight, site, prometheus);
  if (targets.length === 0) return failed('it leads to no target', { object, runbook });
  const [up, down] = [
    targets.filter(({ health }) => health === 'up'),
    targets.filter(({ health }) => health === 'down'),
  ];
  const saw = `${up.length} of ${targets.length} up`;
  if (down.length > 0) return failed(`${saw}; ${down[0]?.url}: ${down[0]?.lastError}`, { object, runbook });
  return up.length === targets.length
    ? passed(saw, { object })
    : { state: 'waiting', saw: `${saw}, the others not scraped yet`, object };
}

type PageLook = Extract<Look, { at: 'metrics-page' }>;

/** Pages as Prometheus asks for them; without targets, as the service's own manifests have them. */
function pageLooks(sight: Sight, site: Site, prometheus: PrometheusAddress | undefined): readonly PageLook[] {
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

function judgePages(sight: Sight, site: Site, prometheus: PrometheusAddress | undefined): Judged {
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

function judgeVisible(sight: Sight, site: Site, prometheus: PrometheusAddress): Judged {
  const pod = youngest(sight, site);
  if (!pod) return failed('there is no ready pod');
  const seconds = secondsToVisible(sight, site, prometheus);
  const object = `Pod/${pod.name}`;
  if (seconds === undefined) {
    const age = (sight.now.getTime() - pod.at.getTime()) / 1000;
    // A sample from before the memory of Prometheus, or before it was set up, is no failure of today.
    return age < 180
      ? { state: 'waiting', saw: `no sample yet, ${Math.round(age)} s after its start`, object }
      : noted(`no sample within ${visibleWindowSeconds / 60} min of its start is remembered`, { object });
  }
  const saw = `${seconds} s after its start`;
  return seconds <= 60
    ? passed(saw, { object })
    : noted(`${saw}${seconds <= 180 ? '; 1 to 3 min are normal' : ', which is slow'}`, { object });
}

type Shown = NonNullable<TestReport['metrics']>[number];

function judgeMetric(
  sight: Sight,
  site: Site,
  prometheus: PrometheusAddress | undefined,
  metric: Metric,
): Shown & { readonly needs?: never } {
  const base = { name: metric.name, provider: metric.provider };
  try {
    const address = prometheus ?? noPrometheus();
    const series = numberFrom(sight, address, countQuery(metric, whereOf(sight, site, address))) ?? 0;
    if (series > 0) return { ...base, state: 'present', series, detail: `${series} series` };
    return { ...base, state: 'absent', series: 0, detail: whyAbsent(sight, site, prometheus, metric) };
  } catch (error) {
    if (!(error instanceof CouldNotLook)) throw error;
    return { ...base, state: 'not-looked', series: null, detail: error.unread.detail };
  }
}

/** Where the application is to provide it, its own page tells who is to be asked. */
function whyAbsent(sight: Sight, site: Site, prometheus: PrometheusAddress | undefined, metric: Metric): string {
  if (metric.from !== 'application') return 'absent';
  const pages = pageLooks(sight, site, prometheus).flatMap((look) => {
    const answer = sight.try(look);
    return answer.ok && answer.value.outcome === 'answered' && answer.value.names ? [answer.value.names] : [];
  });
  if (pages.length === 0) return 'absent';
  return pages.some((names) => isOnPage(metric, names))
    ? 'absent in Prometheus although it is on the metrics page: not scraped, or dropped by a relabeling'
    : 'absent on the metrics page too: the application does not give it, or nothing was counted yet';
}

function checkOfMetric({ name, provider, state, detail }: Shown): Check {
  return {
    id: `metric ${name}`,
    title: name,
    state: state === 'present' ? 'passed' : state === 'absent' ? 'failed' : 'not-looked',
    expected: `series, from ${provider}`,
    saw: detail,
    object: null,
    path: null,
    needs: null,
    runbook: null,
  };
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CouldNotLook) return undefined;
    throw error;
  }
}
