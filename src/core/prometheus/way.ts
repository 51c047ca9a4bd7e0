import { at, textAt } from '../kubernetes/field.ts';
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
  // On a node's own network nothing is called, nor does anything call, by a pod's labels.
  if ([prometheus, pod].some((one) => at(one, 'spec.hostNetwork') === true)) return true;
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
  const to = { ...peerOf(pod, pod.metadata.labels ?? {}), address: textAt(pod, 'status.podIP') };
  const there = { number: port, name: tcpName(pod, port) };
  return (
    admitsIngress(policies, to, from, there).admitted !== 'no' &&
    admitsEgress(policies, from, to, there).admitted !== 'no'
  );
}

const tcpName = (pod: KubernetesObject, port: number): string | undefined =>
  containerPorts(pod).find(({ number, protocol }) => number === port && protocol === 'TCP')?.name || undefined;
