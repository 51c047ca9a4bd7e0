import type { KubernetesObject } from '../kubernetes/object.ts';
import type { PrometheusAddress } from '../look.ts';
import { addressOf } from '../prometheus/address.ts';
import type { TestReport } from '../report/test-report.ts';
import { attempt, CouldNotLook, type Sight } from '../sight.ts';
import type { Subject } from '../verify/point.ts';
import { byRunbook } from './by-runbook.ts';
import { type Check, checkOf, failed, type Judged, noted, passed } from './check.ts';
import { countQuery, isOnPage, type Metric, metrics } from './metric-list.ts';
import { judgePages, pageLooks } from './metric-pages.ts';
import type { Procedure } from './procedure.ts';
import {
  monitorName,
  monitorOf,
  numberFrom,
  percent,
  poolsOf,
  queries,
  queryLook,
  secondsToVisible,
  successOf,
  targetsOf,
  visibleWindowSeconds,
  whereOf,
  worstOf,
  youngest,
} from './scrapes.ts';

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
export function metricsProcedure(site: Subject, meant: Meant, isGiven: boolean): Procedure {
  const prometheusOf = (sight: Sight): PrometheusAddress | undefined => {
    const found = attempt(() => meant(sight));
    return found ? addressOf(found) : isGiven ? given : undefined;
  };
  return {
    rounds: [
      (sight) => {
        const prometheus = prometheusOf(sight);
        const monitor = attempt(() => monitorOf(sight, site));
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
      const success = prometheus && attempt(() => successOf(sight, site, prometheus));
      const seconds = prometheus && attempt(() => secondsToVisible(sight, site, prometheus));
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

function noPrometheus(): never {
  const detail = 'no Prometheus was found that takes our ServiceMonitor; name one with --prometheus';
  throw new CouldNotLook('Prometheus', { ok: false, why: 'not-looked', detail });
}

function checks(sight: Sight, site: Subject, prometheus: PrometheusAddress | undefined): readonly Check[] {
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
        const found = successOf(sight, site, address);
        const worst = worstOf(sight, site, address);
        if (!found) return failed('no scrape at all in the last week');
        const lost = found.all - found.good;
        const saw = `${percent(found.share)} of ${found.all} scrapes`;
        return lost === 0 ? passed(saw) : failed(`${saw}: ${lost} failed${worst ? `; the worst is ${worst}` : ''}`);
      }),
    ),
    checkOf(
      { id: 'visible', title: 'Metrics of a new pod are visible', expected: 'within a minute; 1 to 3 are normal' },
      () => ask((address) => judgeVisible(sight, site, address)),
    ),
  ];
}

function judgeTargets(sight: Sight, site: Subject, prometheus: PrometheusAddress): Judged {
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

function judgeVisible(sight: Sight, site: Subject, prometheus: PrometheusAddress): Judged {
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
  site: Subject,
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
function whyAbsent(sight: Sight, site: Subject, prometheus: PrometheusAddress | undefined, metric: Metric): string {
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
