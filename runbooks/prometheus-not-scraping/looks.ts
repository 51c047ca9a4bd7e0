import { at, textAt } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { selects } from '../../src/core/kubernetes/selectors.ts';
import type { Look } from '../../src/core/look.ts';
import { addressOf, jobPrefixOf, userOf } from '../../src/core/prometheus/address.ts';
import { referencesOf } from '../../src/core/prometheus/references.ts';
import { searchedNamespaces } from '../../src/core/prometheus/selection.ts';
import { attempt, type Sight } from '../../src/core/sight.ts';
import { operatorLogLooks, operatorPodLooks } from './operator/operator-log.ts';
import { poolLooks } from './pools.ts';
import { targetLooks } from './target/looks.ts';
import { type PromView, promViewOf } from './view.ts';

/** More than these are not looked at one by one. */
const mostNamespaces = 2;
const mostPrometheuses = 2;
export const mostReferences = 3;

/** First round: the ServiceMonitor, who could take it, and what it could find in its own namespace. */
export function firstLooks({ target }: Sight): readonly Look[] {
  const namespace = target.namespace ?? '';
  return [
    ...[
      kinds.ServiceMonitor,
      kinds.PodMonitor,
      kinds.Service,
      kinds.EndpointSlice,
      kinds.Pod,
      kinds.Event,
      kinds.NetworkPolicy,
      kinds.PrometheusRule,
    ].map((kind) => ({ at: 'list', kind, namespace }) as const),
    { at: 'get', kind: kinds.Namespace, name: namespace },
    { at: 'list', kind: kinds.Prometheus },
    { at: 'list', kind: kinds.PrometheusAgent },
    { at: 'list', kind: kinds.Deployment },
  ];
}

/** Second: what the operator wrote and what Prometheus made of it, and the other namespaces that are searched. */
export function prometheusLooks(sight: Sight): readonly Look[] {
  const seen = attempt(() => promViewOf(sight));
  // Nothing of its own: what else could cover the service.
  if (seen?.isKindServed && !seen.monitor)
    return [kinds.ServiceMonitor, kinds.PodMonitor, kinds.ScrapeConfig].map((kind) => ({ at: 'list', kind }) as const);
  return withMonitor(sight, (view, monitor) => {
    const meant = attempt(() => view.meant());
    const others = (attempt(view.prometheuses) ?? []).filter((one) => one !== meant);
    const pools = (prometheus: KubernetesObject) => poolLooks(prometheus, { monitor, endpoints: view.endpoints });
    const address = meant && addressOf(meant);
    return [
      ...(address
        ? ([
            {
              at: 'scrape-jobs',
              namespace: address.namespace,
              prometheus: address.name,
              prefix: jobPrefixOf(monitor),
            },
            { at: 'prometheus-runtime', prometheus: address },
            { at: 'get', kind: kinds.Namespace, name: address.namespace },
          ] as const)
        : []),
      ...(meant ? pools(meant) : []),
      ...others.slice(0, meant ? mostPrometheuses - 1 : mostPrometheuses).flatMap(pools),
      ...searchedLooks(view, monitor, meant),
      ...(attempt(() => operatorPodLooks(view)) ?? []),
    ];
  });
}

/** Services, endpoints and pods of other namespaces than the own one. */
function searchedLooks(
  { namespace }: PromView,
  monitor: KubernetesObject,
  prometheus: KubernetesObject | undefined,
): readonly Look[] {
  const searched = searchedNamespaces(monitor, prometheus);
  const wanted = [kinds.Service, kinds.EndpointSlice, kinds.Pod];
  if (searched === '*') return wanted.map((kind) => ({ at: 'list', kind }) as const);
  return searched
    .filter((name) => name !== namespace)
    .slice(0, mostNamespaces)
    .flatMap((name) => wanted.map((kind) => ({ at: 'list', kind, namespace: name }) as const));
}

/** Third: what stands behind the targets; and where there are none, what Prometheus may see, and its pods. */
export function doubtLooks(sight: Sight): readonly Look[] {
  return withMonitor(sight, (view, monitor) => {
    const meant = attempt(() => view.meant());
    const atTargets = attempt(() => targetLooks(view)) ?? [];
    if (!meant || view.isDiscovered()) return atTargets;
    // Left out of the configuration: it may name a Secret that is not there. Only whether it is counts.
    const references = attempt(() => (view.config() === 'absent' ? referencesOf(monitor) : [])) ?? [];
    return [
      ...atTargets,
      ...references
        .slice(0, mostReferences)
        .map(({ kind, name }) => ({ at: 'get', kind: kinds[kind], namespace: view.namespace, name }) as const),
      ...(attempt(() => operatorLogLooks(view)) ?? []),
      ...rightsOf(meant, searchedFirst(view, monitor, meant)),
      ...((attempt(() => selectedAnywhere(view)) ?? []).length === 0
        ? [{ at: 'list', kind: kinds.Service } as const]
        : []),
      {
        at: 'list',
        kind: kinds.Pod,
        namespace: meant.metadata.namespace ?? '',
        labels: `operator.prometheus.io/name=${meant.metadata.name}`,
      },
    ];
  });
}

/** Of several namespaces that are searched, the first stands for all. */
export function searchedFirst(view: PromView, monitor: KubernetesObject, prometheus: KubernetesObject): string {
  const searched = searchedNamespaces(monitor, prometheus);
  return (searched === '*' ? undefined : searched[0]) ?? view.namespace;
}

const selectedAnywhere = (view: PromView): readonly KubernetesObject[] =>
  view
    .surroundings()
    .services.filter(({ metadata }) => selects(at(view.monitor, 'spec.selector'), metadata.labels ?? {}));

/** What discovery needs. */
export function rightsOf(prometheus: KubernetesObject, namespace: string) {
  const role = textAt(prometheus, 'spec.serviceDiscoveryRole');
  const endpoints =
    role === 'EndpointSlice'
      ? { group: 'discovery.k8s.io', resource: 'endpointslices' }
      : { group: '', resource: 'endpoints' };
  return [{ group: '', resource: 'services' }, { group: '', resource: 'pods' }, endpoints].map(
    ({ group, resource }) =>
      ({ at: 'access', user: userOf(prometheus), verb: 'list', group, resource, namespace }) as const,
  );
}

/** Where the ServiceMonitor may not be read or is not there, there is nothing further to look at. */
function withMonitor(
  sight: Sight,
  looks: (view: PromView, monitor: KubernetesObject) => readonly Look[],
): readonly Look[] {
  const view = attempt(() => promViewOf(sight));
  return view?.monitor ? looks(view, view.monitor) : [];
}
