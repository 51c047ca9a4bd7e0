import { admitsEgress, admitsIngress } from '../kubernetes/network-policy.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { containerPorts } from './discovery.ts';

/** The labels that the operator puts on the pods of a Prometheus (pkg/prometheus/server), and those that the object adds. */
export const prometheusPodLabels = (prometheus: KubernetesObject): Readonly<Record<string, string>> => ({
  'app.kubernetes.io/name': prometheus.kind === 'PrometheusAgent' ? 'prometheus-agent' : 'prometheus',
  'app.kubernetes.io/managed-by': 'prometheus-operator',
  'app.kubernetes.io/instance': prometheus.metadata.name,
  'operator.prometheus.io/name': prometheus.metadata.name,
  prometheus: prometheus.metadata.name,
});

/** Whether the NetworkPolicies let Prometheus reach a port of a pod. A policy by address may: it is taken to. */
export function isLetThrough(
  prometheus: KubernetesObject,
  pod: KubernetesObject,
  port: number,
  objects: readonly KubernetesObject[],
): boolean {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const peerOf = (one: KubernetesObject, podLabels: Readonly<Record<string, string>>) => {
    const name = one.metadata.namespace ?? '';
    const namespace = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name);
    return {
      namespace: name,
      labels: podLabels,
      podLabels,
      namespaceLabels: { 'kubernetes.io/metadata.name': name, ...namespace?.metadata.labels },
    };
  };
  const from = peerOf(prometheus, prometheusPodLabels(prometheus));
  const to = peerOf(pod, pod.metadata.labels ?? {});
  const there = { number: port, name: containerPorts(pod).find(({ number }) => number === port)?.name || undefined };
  return (
    admitsIngress(policies, to, from, there).admitted !== 'no' &&
    admitsEgress(policies, from, to, there).admitted !== 'no'
  );
}
