import { at, listAt, numberAt, textAt, textMapAt, textsAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { type RelabelRule, relabelRule, ruleOf } from '../kubernetes/relabeling.ts';

/** A rule of a generated job, and where it comes from: `user` is the ServiceMonitor's own relabeling at `place`. */
export type JobRule = RelabelRule & {
  readonly from: 'selector' | 'port' | 'phase' | 'user' | 'operator';
  readonly place: number;
};

/**
 * The relabelings that prometheus-operator writes for one endpoint of a ServiceMonitor, in its order
 * (pkg/prometheus/promcfg.go, generateServiceMonitorConfig; seen with 0.85).
 */
export function jobRules(
  monitor: KubernetesObject,
  endpoint: unknown,
  prometheus: KubernetesObject | undefined,
): readonly JobRule[] {
  const by = (from: JobRule['from'], rule: Partial<RelabelRule>, place = 0): JobRule => ({
    ...relabelRule(rule),
    from,
    place,
  });
  const prefix = endpointPrefix(prometheus);
  const put = (sourceLabel: string, targetLabel: string): JobRule =>
    by('operator', { sourceLabels: [sourceLabel], targetLabel });
  const target = (kind: string, targetLabel: string): JobRule =>
    by('operator', {
      sourceLabels: [
        '__meta_kubernetes_endpoint_address_target_kind',
        '__meta_kubernetes_endpoint_address_target_name',
      ],
      regex: `${kind};(.*)`,
      replacement: '$1',
      targetLabel,
    });
  const jobLabel = textAt(monitor, 'spec.jobLabel');
  const port = textAt(endpoint, 'port');
  const targetPort = at(endpoint, 'targetPort');
  const filtersRunning = at(endpoint, 'filterRunning') !== false;
  return [
    put('job', '__tmp_prometheus_job_name'),
    ...selectorRules(monitor).map((rule) => by('selector', rule)),
    ...portRules(endpoint, prefix).map((rule) => by('port', rule)),
    target('Node', 'node'),
    target('Pod', 'pod'),
    put('__meta_kubernetes_namespace', 'namespace'),
    put('__meta_kubernetes_service_name', 'service'),
    put('__meta_kubernetes_pod_name', 'pod'),
    put('__meta_kubernetes_pod_container_name', 'container'),
    ...(filtersRunning
      ? [by('phase', { action: 'drop', sourceLabels: ['__meta_kubernetes_pod_phase'], regex: '(Failed|Succeeded)' })]
      : []),
    ...textsAt(monitor, 'spec.targetLabels').map((name) =>
      by('operator', {
        sourceLabels: [`__meta_kubernetes_service_label_${sanitized(name)}`],
        regex: '(.+)',
        targetLabel: sanitized(name),
      }),
    ),
    ...textsAt(monitor, 'spec.podTargetLabels').map((name) =>
      by('operator', {
        sourceLabels: [`__meta_kubernetes_pod_label_${sanitized(name)}`],
        regex: '(.+)',
        targetLabel: sanitized(name),
      }),
    ),
    put('__meta_kubernetes_service_name', 'job'),
    ...(jobLabel
      ? [
          by('operator', {
            sourceLabels: [`__meta_kubernetes_service_label_${sanitized(jobLabel)}`],
            regex: '(.+)',
            targetLabel: 'job',
          }),
        ]
      : []),
    ...(port
      ? [by('operator', { targetLabel: 'endpoint', replacement: port })]
      : targetPort === undefined
        ? []
        : [by('operator', { targetLabel: 'endpoint', replacement: String(targetPort) })]),
    ...listAt(endpoint, 'relabelings').map((rule, place) => by('user', ruleOf(rule), place)),
    ...shardRules(prometheus).map((rule) => by('operator', rule)),
  ];
}

/** How the labels of endpoints begin: they are called after the kind that Prometheus discovers by. */
export const endpointPrefix = (prometheus: KubernetesObject | undefined): string =>
  textAt(prometheus, 'spec.serviceDiscoveryRole') === 'EndpointSlice'
    ? '__meta_kubernetes_endpointslice_'
    : '__meta_kubernetes_endpoint_';

function selectorRules(monitor: KubernetesObject): readonly Partial<RelabelRule>[] {
  const label = (name: string) => `__meta_kubernetes_service_label_${sanitized(name)}`;
  const present = (name: string) => `__meta_kubernetes_service_labelpresent_${sanitized(name)}`;
  const named = Object.entries(textMapAt(monitor, 'spec.selector.matchLabels')).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return [
    ...named.map(([name, value]) => ({
      action: 'keep',
      sourceLabels: [label(name), present(name)],
      regex: `(${value});true`,
    })),
    ...listAt(monitor, 'spec.selector.matchExpressions').map((expression): Partial<RelabelRule> => {
      const name = textAt(expression, 'key') ?? '';
      const any = `(${textsAt(expression, 'values').join('|')});true`;
      switch (textAt(expression, 'operator')) {
        case 'In':
          return { action: 'keep', sourceLabels: [label(name), present(name)], regex: any };
        case 'NotIn':
          return { action: 'drop', sourceLabels: [label(name), present(name)], regex: any };
        case 'Exists':
          return { action: 'keep', sourceLabels: [present(name)], regex: 'true' };
        default:
          return { action: 'drop', sourceLabels: [present(name)], regex: 'true' };
      }
    }),
  ];
}

/** A port by its name in the Service, or a targetPort by what a container declares. A number in `port` is a name like any other. */
function portRules(endpoint: unknown, prefix: string): readonly Partial<RelabelRule>[] {
  const port = textAt(endpoint, 'port');
  if (port) return [{ action: 'keep', sourceLabels: [`${prefix}port_name`], regex: port }];
  const number = numberAt(endpoint, 'targetPort');
  if (number !== undefined)
    return [{ action: 'keep', sourceLabels: ['__meta_kubernetes_pod_container_port_number'], regex: String(number) }];
  const name = textAt(endpoint, 'targetPort');
  return name ? [{ action: 'keep', sourceLabels: ['__meta_kubernetes_pod_container_port_name'], regex: name }] : [];
}

/** Each shard keeps its part; seen from all of them together, every target is kept by one. */
function shardRules(prometheus: KubernetesObject | undefined): readonly Partial<RelabelRule>[] {
  const shards = numberAt(prometheus, 'spec.shards') ?? 1;
  return shards > 1 ? [] : [{ sourceLabels: ['__address__', '__tmp_hash'], regex: '(.+);', targetLabel: '__tmp_hash' }];
}

/** As Prometheus and its operator write a label's name where only letters, digits and underscores are allowed. */
export const sanitized = (name: string): string => name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
