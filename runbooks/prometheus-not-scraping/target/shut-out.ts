import { textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import {
  type Admission,
  admitsEgress,
  admitsIngress,
  chooseNamespacesByName,
  type Peer,
} from '../../../src/core/kubernetes/network-policy.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { containerPorts } from '../../../src/core/prometheus/discovery.ts';
import { prometheusPodLabels } from '../../../src/core/prometheus/way.ts';
import { CouldNotLook } from '../../../src/core/sight.ts';
import type { PromView } from '../view.ts';
import { calledAt, isOnHost, prometheusOf, type SeenTarget } from './seen-targets.ts';

/** The policies that stand between Prometheus and a target, as evaluated. */
export type ShutOut = {
  readonly policies: readonly KubernetesObject[];
  /** in: of the pod's namespace. out: of Prometheus' own. */
  readonly way: 'in' | 'out';
};

/** Undefined where the policies let Prometheus in, or may do so. */
export function shutOut(view: PromView, target: SeenTarget): ShutOut | undefined {
  const { pod } = target;
  const port = calledAt(target)?.port;
  // Who is on a node's network comes from the node's address, and is called at it: no policy by labels holds for that.
  if (!pod || port === undefined || isOnHost(pod) || isOnHost(prometheusOf(view))) return undefined;
  const name = containerPorts(pod).find(({ number, protocol }) => number === port && protocol === 'TCP')?.name;
  const there = { number: port, name: name || undefined };
  const namespace = pod.metadata.namespace ?? '';
  const labels = pod.metadata.labels ?? {};
  const from = prometheusPeer(view);

  const inwards = admitsIngress(view.sight.list(kinds.NetworkPolicy, namespace), { namespace, labels }, from, there);
  if (inwards.admitted === 'no') {
    assureLabels(view, from.namespace, inwards);
    return { policies: inwards.policies, way: 'in' };
  }
  const to = {
    namespace,
    namespaceLabels: namespaceLabels(view, namespace),
    podLabels: labels,
    address: textAt(pod, 'status.podIP'),
  };
  const outwards = admitsEgress(
    view.sight.list(kinds.NetworkPolicy, from.namespace),
    { namespace: from.namespace, labels: from.podLabels },
    to,
    there,
  );
  if (outwards.admitted !== 'no') return undefined;
  assureLabels(view, namespace, outwards);
  return { policies: outwards.policies, way: 'out' };
}

export const isShutOut = (view: PromView, target: SeenTarget): boolean => shutOut(view, target) !== undefined;

export function prometheusPeer(view: PromView): Peer {
  const prometheus = prometheusOf(view);
  const namespace = prometheus.metadata.namespace ?? '';
  return {
    namespace,
    namespaceLabels: namespaceLabels(view, namespace),
    podLabels: {
      ...textMapAt(prometheus, 'spec.podMetadata.labels'),
      ...prometheusPodLabels(prometheus),
    },
  };
}

/** The API server puts the name on every namespace as a label, so it is known even where the object may not be read. */
function namespaceLabels(view: PromView, name: string): Readonly<Record<string, string>> {
  const namespace = view.sight.tryGet(kinds.Namespace, name);
  return { 'kubernetes.io/metadata.name': name, ...(namespace.ok ? namespace.value.metadata.labels : {}) };
}

/** Where the policies choose by labels that were not seen, what they admit cannot be told. */
function assureLabels(view: PromView, namespace: string, admission: Extract<Admission, { policies: unknown }>): void {
  const seen = view.sight.tryGet(kinds.Namespace, namespace);
  if (seen.ok || chooseNamespacesByName(admission.policies)) return;
  throw new CouldNotLook(`the labels of namespace ${namespace}`, seen);
}
