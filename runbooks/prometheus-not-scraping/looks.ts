import { textAt } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Look } from '../../src/core/look.ts';
import { addressOf, jobPrefixOf, userOf } from '../../src/core/prometheus/address.ts';
import { searchedNamespaces } from '../../src/core/prometheus/selection.ts';
import { CouldNotLook, type Sight } from '../../src/core/sight.ts';
import { type PromView, promViewOf } from './view.ts';

/** More than these are not looked at one by one. */
const mostEndpoints = 3;
const mostNamespaces = 2;
const mostPrometheuses = 2;

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
    ].map((kind) => ({ at: 'list', kind, namespace }) as const),
    { at: 'get', kind: kinds.Namespace, name: namespace },
    { at: 'list', kind: kinds.Prometheus },
    { at: 'list', kind: kinds.PrometheusAgent },
    { at: 'list', kind: kinds.Deployment },
  ];
}

/** Second: what the operator wrote and what Prometheus made of it, and the other namespaces that are searched. */
export function prometheusLooks(sight: Sight): readonly Look[] {
  return withMonitor(sight, (view, monitor) => {
    const meant = attempt(() => [view.meant()])[0];
    const others = attempt(view.prometheuses).filter((one) => one !== meant);
    const pools = (prometheus: KubernetesObject) =>
      view.endpoints
        .slice(0, mostEndpoints)
        .map(({ pool }) => ({ at: 'scrape-pool', prometheus: addressOf(prometheus), pool }) as const);
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

/** Third, only where something is not as it should be: what Prometheus may see, and its pods. */
export function doubtLooks(sight: Sight): readonly Look[] {
  return withMonitor(sight, (view, monitor) => {
    const meant = attempt(() => [view.meant()])[0];
    if (!meant || view.isDiscovered()) return [];
    const searched = searchedNamespaces(monitor, meant);
    const [namespace] = searched === '*' ? [view.namespace] : searched;
    return [
      ...rightsOf(meant, namespace ?? view.namespace),
      {
        at: 'list',
        kind: kinds.Pod,
        namespace: meant.metadata.namespace ?? '',
        labels: `operator.prometheus.io/name=${meant.metadata.name}`,
      },
    ];
  });
}

/** What discovery needs. */
function rightsOf(prometheus: KubernetesObject, namespace: string) {
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
  const view = attempt(() => [promViewOf(sight)])[0];
  return view?.monitor ? looks(view, view.monitor) : [];
}

function attempt<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof CouldNotLook) return [];
    throw error;
  }
}
