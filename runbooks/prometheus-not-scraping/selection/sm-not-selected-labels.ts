import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, listAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo, shortName } from '../../../src/core/kubernetes/object.ts';
import { ownerElsewhere } from '../../../src/core/kubernetes/owner-elsewhere.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { PromView } from '../view.ts';

export const smNotSelectedLabels: Cause<PromView> = {
  code: 'sm-not-selected-labels',
  title: "Prometheus does not select the ServiceMonitor: its labels are not the selector's",
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { monitor } = view;
    if (!monitor || view.isDiscovered()) return clear();
    const all = view.prometheuses();
    const taking = all.filter(view.takesLabels);
    if (all.length === 0) return clear();
    if (taking.length > 0)
      return clear(`its labels are what ${taking.map(({ metadata }) => metadata.name).join(', ')} selects by`);
    const [first] = all as [KubernetesObject, ...KubernetesObject[]];
    return found({
      object: refTo(monitor),
      because:
        all.length === 1
          ? `${nameOf(first)} selects ServiceMonitors by ${selectorOf(first)}; ${monitor.metadata.name} has ${labelsOf(monitor)}.`
          : `None of the ${all.length} Prometheus objects selects ${monitor.metadata.name}, which has ${labelsOf(monitor)}.`,
      confidence: 'confirmed',
      evidence: [
        ...all.slice(0, 3).map((one) => saw(one, 'spec.serviceMonitorSelector')),
        saw(monitor, 'metadata.labels', all.length === 1 ? selectorOf(first) : undefined),
      ],
      remedies: [remedyFor(monitor, all)],
    });
  },
};

const nameOf = ({ kind, metadata }: KubernetesObject): string =>
  `${shortName({ kind, name: metadata.name })} in ${metadata.namespace}`;

const labelsOf = ({ metadata }: KubernetesObject): string =>
  Object.keys(metadata.labels ?? {}).length === 0 ? 'no labels' : JSON.stringify(metadata.labels);

function selectorOf(prometheus: KubernetesObject): string {
  const selector = at(prometheus, 'spec.serviceMonitorSelector');
  return selector === undefined || selector === null
    ? 'nothing (it has no serviceMonitorSelector)'
    : JSON.stringify(selector);
}

/** The labels that one Prometheus asks for by matchLabels alone are the ones to add; anything else is for people to decide. */
function remedyFor(monitor: KubernetesObject, all: readonly KubernetesObject[]): Remedy {
  const [first] = all;
  const wanted = all.length === 1 ? textMapAt(first, 'spec.serviceMonitorSelector.matchLabels') : {};
  const isPlain = listAt(first, 'spec.serviceMonitorSelector.matchExpressions').length === 0;
  const { name, namespace } = monitor.metadata;
  if (Object.keys(wanted).length === 0 || !isPlain) {
    return byHand({
      id: 'choose-labels',
      title: 'Give the ServiceMonitor the labels that the right Prometheus selects by',
      risk: 'low',
      commands: [
        'kubectl get prometheuses -A -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name,SELECTOR:.spec.serviceMonitorSelector',
        `kubectl -n ${namespace} label servicemonitor ${name} KEY=VALUE`,
      ],
    });
  }
  const missing = Object.entries(wanted).filter(([key, value]) => monitor.metadata.labels?.[key] !== value);
  const owner = ownerElsewhere(monitor);
  const path = ['metadata', 'labels'];
  return {
    id: 'add-selected-labels',
    title: `Label the ServiceMonitor ${missing.map(([key, value]) => `${key}=${value}`).join(', ')}`,
    risk: 'low',
    automatic: 'yes',
    commands: [
      `kubectl -n ${namespace} label servicemonitor ${name} --overwrite ${missing.map(([key, value]) => `${key}=${value}`).join(' ')}`,
    ],
    changes: [
      patchOf(
        monitor,
        monitor.metadata.labels === undefined
          ? [{ path, to: Object.fromEntries(missing) }]
          : missing.map(([key, value]) => ({ path: [...path, key], to: value })),
      ),
    ],
    undo: 'Takes the labels away again, or sets them to what they were.',
    reversible: true,
    blockedBy: owner ? `${owner} renders this ServiceMonitor and would put it back: change it there` : null,
    healsWithin: 300,
  };
}
