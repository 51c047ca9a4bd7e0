import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { ClusterLook, InsideLook } from '../../src/core/look.ts';
import type { Places } from '../../src/core/rights/places.ts';
import { anyName } from '../../src/core/rights/right.ts';
import type { Write } from '../../src/core/rights/write.ts';
import { policyName } from './target/networkpolicy-blocks-scrape.ts';

/**
 * Every look of the later rounds, whatever leads to it, but for one: Secrets that a monitor itself refers to. ORION's refers to none, and
 * for another's the right to read any Secret of the namespace would be too much to ask beforehand; the report then names the one.
 */
export function mayAsk({ namespace, prometheuses }: Places): readonly (ClusterLook | InsideLook)[] {
  return [
    ...prometheuses.flatMap((prometheus): readonly (ClusterLook | InsideLook)[] => [
      { at: 'scrape-jobs', namespace: prometheus.namespace, prometheus: prometheus.name, prefix: '' },
      { at: 'prometheus-runtime', prometheus },
      // The operator stands beside its Prometheus, as kube-prometheus-stack has it; another place is named by the report.
      { at: 'log-lines', namespace: prometheus.namespace, pod: anyName, container: '', phrase: '' },
      { at: 'get', kind: kinds.Namespace, name: prometheus.namespace },
      { at: 'list', kind: kinds.NetworkPolicy, namespace: prometheus.namespace },
    ]),
    // Monitors anywhere may cover the service, and its own may search any namespace.
    ...[kinds.ServiceMonitor, kinds.PodMonitor, kinds.ScrapeConfig, kinds.Service, kinds.EndpointSlice, kinds.Pod].map(
      (kind) => ({ at: 'list', kind }) as const,
    ),
    { at: 'metrics-page', namespace, pod: anyName, scheme: 'http', port: 0, path: '' },
    { at: 'access', user: anyName, verb: 'list', group: '', resource: 'pods' },
  ];
}

/** Every change of its remedies. */
export const mayChange = ({ namespace }: Places): readonly Write[] => [
  { do: 'create', kind: kinds.ServiceMonitor, namespace, name: 'auth-service-monitor' },
  { do: 'patch', kind: kinds.ServiceMonitor, namespace, name: 'auth-service-monitor' },
  { do: 'patch', kind: kinds.Service, namespace, name: 'auth-service' },
  { do: 'create', kind: kinds.NetworkPolicy, namespace, name: policyName },
];
