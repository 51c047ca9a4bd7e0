import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, listAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { PromView } from '../view.ts';

export const smNotSelectedNamespace: Cause<PromView> = {
  code: 'sm-not-selected-namespace',
  title: 'Prometheus does not look for ServiceMonitors in this namespace',
  severity: 'error',
  owner: 'platform',
  explains: [],
  look(view) {
    const { monitor, namespace } = view;
    if (!monitor || view.isDiscovered()) return clear();
    const all = view.prometheuses();
    const labelled = all.filter(view.takesLabels);
    const candidates = labelled.length > 0 ? labelled : all.length === 1 ? all : [];
    const [first] = candidates;
    if (!first) return clear();
    if (candidates.some(view.takesNamespace)) return clear(`${first.metadata.name} looks into ${namespace}`);
    const own = view.sight.tryGet(kinds.Namespace, namespace);
    return found({
      object: refTo(monitor),
      because: `Prometheus ${first.metadata.name} takes ServiceMonitors ${whereOf(first)}; ${monitor.metadata.name} is in ${namespace}${
        isAbsent(first)
          ? ''
          : `, which has ${own.ok ? JSON.stringify(own.value.metadata.labels ?? {}) : 'other labels'}`
      }.`,
      confidence: 'confirmed',
      evidence: [
        ...candidates.slice(0, 3).map((one) => saw(one, 'spec.serviceMonitorNamespaceSelector')),
        ...(own.ok ? [saw(own.value, 'metadata.labels', isAbsent(first) ? undefined : wantedBy(first))] : []),
      ],
      remedies: [optIn(first, namespace)],
    });
  },
};

const selectorOf = (prometheus: KubernetesObject): unknown => at(prometheus, 'spec.serviceMonitorNamespaceSelector');
const isAbsent = (prometheus: KubernetesObject): boolean => selectorOf(prometheus) == null;
const wantedBy = (prometheus: KubernetesObject): string => JSON.stringify(selectorOf(prometheus));

const whereOf = (prometheus: KubernetesObject): string =>
  isAbsent(prometheus)
    ? `of its own namespace ${prometheus.metadata.namespace} only (it has no serviceMonitorNamespaceSelector)`
    : `of namespaces with ${wantedBy(prometheus)}`;

/** A label of a Namespace opts in all of it, and NetworkPolicies may go by it too: for its owner to decide. */
function optIn(prometheus: KubernetesObject, namespace: string) {
  const { name, namespace: home } = prometheus.metadata;
  const labels = Object.entries(textMapAt(selectorOf(prometheus), 'matchLabels'));
  const isPlain = labels.length > 0 && listAt(selectorOf(prometheus), 'matchExpressions').length === 0;
  return byHand({
    id: isPlain ? 'label-namespace' : 'widen-namespace-selector',
    title: isPlain
      ? `Label the namespace ${namespace}: this opts in every ServiceMonitor of it, and NetworkPolicies may go by it`
      : `Let Prometheus ${name} look into ${namespace}`,
    risk: 'medium',
    commands: isPlain
      ? [`kubectl label namespace ${namespace} ${labels.map(([key, value]) => `${key}=${value}`).join(' ')}`]
      : [
          `kubectl -n ${home} get prometheus ${name} -o jsonpath='{.spec.serviceMonitorNamespaceSelector}'`,
          `kubectl -n ${home} edit prometheus ${name}   # serviceMonitorNamespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${namespace}}}, or {} for all`,
        ],
  });
}
