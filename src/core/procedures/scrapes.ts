import { condition, listAt, textAt } from '../kubernetes/field.ts';
import { kinds } from '../kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject } from '../kubernetes/object.ts';
import type { PrometheusAddress } from '../look.ts';
import type { ScrapeTarget } from '../look-answers.ts';
import { jobPrefixOf } from '../prometheus/address.ts';
import { attempt, type Sight } from '../sight.ts';
import { ownNames } from '../verify/names.ts';
import type { Subject } from '../verify/point.ts';
import { countQuery, metrics, quoted, type Where } from './metric-list.ts';

/** How the scrapes of our own targets go: what Prometheus is asked of them, and what its answers come to. */

export const monitorName = ownNames.serviceMonitor;
const deploymentName = ownNames.deployment;
/** How far back the first sample of a pod is looked for, after its start. */
export const visibleWindowSeconds = 600;

export const queryLook = (prometheus: PrometheusAddress, query: string) =>
  ({ at: 'prometheus-query', prometheus, query }) as const;

export function monitorOf(sight: Sight, { namespace }: Subject): KubernetesObject | undefined {
  return sight.list(kinds.ServiceMonitor, namespace).find(({ metadata }) => metadata.name === monitorName);
}

export const poolsOf = (monitor: KubernetesObject): readonly string[] =>
  listAt(monitor, 'spec.endpoints').map((_, place) => `${jobPrefixOf(monitor)}${place}`);

export function targetsOf(sight: Sight, site: Subject, prometheus: PrometheusAddress): readonly ScrapeTarget[] {
  const monitor = attempt(() => monitorOf(sight, site));
  return (monitor ? poolsOf(monitor) : []).flatMap((pool) => {
    const answer = sight.try({ at: 'scrape-pool', prometheus, pool });
    return answer.ok ? answer.value.targets : [];
  });
}

/** Our own targets in PromQL, by the labels that they really have. */
export function whereOf(sight: Sight, site: Subject, prometheus: PrometheusAddress): Where {
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

export function queries(sight: Sight, site: Subject, prometheus: PrometheusAddress): readonly string[] {
  const where = whereOf(sight, site, prometheus);
  const pod = attempt(() => youngest(sight, site));
  return [
    sumQuery(where),
    scrapesQuery(where),
    averageQuery(where),
    ...(pod ? [firstSeenQuery(where, pod)] : []),
    ...metrics.map((metric) => countQuery(metric, where)),
  ];
}

export type Started = { readonly name: string; readonly at: Date };

/** The youngest ready pod of the service: of it the first sample is looked for. */
export function youngest(sight: Sight, { namespace }: Subject): Started | undefined {
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
export function numberFrom(sight: Sight, prometheus: PrometheusAddress, query: string): number | undefined {
  const [sample] = sight.must(queryLook(prometheus, query));
  return sample && Number.isFinite(sample.value) ? sample.value : undefined;
}

export function successOf(sight: Sight, site: Subject, prometheus: PrometheusAddress) {
  const where = whereOf(sight, site, prometheus);
  const good = numberFrom(sight, prometheus, sumQuery(where));
  const all = numberFrom(sight, prometheus, scrapesQuery(where));
  if (good === undefined || all === undefined || all === 0) return undefined;
  return { good, all, share: good / all };
}

export function secondsToVisible(sight: Sight, site: Subject, prometheus: PrometheusAddress): number | undefined {
  const pod = youngest(sight, site);
  if (!pod) return undefined;
  const first = numberFrom(sight, prometheus, firstSeenQuery(whereOf(sight, site, prometheus), pod));
  return first === undefined ? undefined : Math.max(0, Math.round(first - pod.at.getTime() / 1000));
}

/** The target that fared worst, where one did. */
export function worstOf(sight: Sight, site: Subject, prometheus: PrometheusAddress): string | undefined {
  const [worst] = sight
    .must(queryLook(prometheus, averageQuery(whereOf(sight, site, prometheus))))
    .toSorted((one, other) => one.value - other.value);
  return worst && worst.value < 1
    ? `${worst.labels['pod'] ?? worst.labels['instance']} ${percent(worst.value)}`
    : undefined;
}

/** Of a hundred, cut and not rounded: what is not all must not read as all. */
export const percent = (share: number): string => `${Math.floor(share * 10_000) / 100} %`;
