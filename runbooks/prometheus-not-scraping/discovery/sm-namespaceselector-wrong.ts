import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { ownerElsewhere } from '../../../src/core/kubernetes/owner-elsewhere.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import { searchedNamespaces } from '../../../src/core/prometheus/selection.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { PromView } from '../view.ts';
import { doubts, isSelected, selectedServices } from './doubt.ts';
import { poolEvidence } from './service-label-mismatch.ts';

export const smNamespaceselectorWrong: Cause<PromView> = {
  code: 'sm-namespaceselector-wrong',
  title: 'The ServiceMonitor looks for its Service in another namespace',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { monitor } = view;
    const [doubt] = doubts(view);
    if (!monitor || !doubt) return clear();
    const searched = searchedNamespaces(monitor, view.meant());
    if (searched === '*') return clear('it looks for Services in all namespaces');
    if (selectedServices(view).length > 0) return clear();
    const elsewhere = view.sight.list(kinds.Service).filter((service) => isSelected(view, service));
    // Staging beside production: the one in the ServiceMonitor's own namespace is the one that is meant.
    const near = elsewhere.filter(({ metadata }) => metadata.namespace === view.namespace);
    const meant = near.length > 0 ? near : elsewhere;
    const [service] = meant;
    if (!service) return clear();
    const home = service.metadata.namespace ?? '';
    const inert = at(view.meant(), 'spec.ignoreNamespaceSelectors') === true;
    return found({
      object: refTo(monitor),
      because: `${monitor.metadata.name} looks for Services in ${searched.join(', ')}; the one it selects, ${service.metadata.name}, is in ${home}.${
        inert ? ` Prometheus ${view.meant()?.metadata.name} ignores namespaceSelector.` : ''
      }`,
      confidence: doubt.confidence,
      evidence: [
        saw(monitor, 'spec.namespaceSelector', JSON.stringify({ matchNames: [home] })),
        saw(service, 'metadata.namespace'),
        ...poolEvidence(view),
      ],
      remedies: [remedyFor(monitor, new Set(meant.map(({ metadata }) => metadata.namespace ?? '')), inert)],
    });
  },
};

function remedyFor(monitor: KubernetesObject, homes: ReadonlySet<string>, inert: boolean): Remedy {
  const { name, namespace } = monitor.metadata;
  const [home = ''] = homes;
  if (inert)
    return byHand({
      id: 'move-servicemonitor',
      title: `Move the ServiceMonitor to ${home}: this Prometheus lets it look only in its own namespace`,
      risk: 'low',
      commands: [
        `kubectl -n ${namespace} get servicemonitor ${name} -o yaml > ${name}.yaml   # then set metadata.namespace: ${home}`,
        `kubectl apply -f ${name}.yaml && kubectl -n ${namespace} delete servicemonitor ${name}`,
      ],
    });
  const to = { matchNames: [home] };
  if (homes.size > 1)
    return byHand({
      id: 'choose-namespace',
      title: `Name the namespace that is meant: ${[...homes].slice(0, 3).join(' or ')}${homes.size > 3 ? ` or one of ${homes.size - 3} more` : ''}`,
      risk: 'low',
      commands: [
        `kubectl -n ${namespace} patch servicemonitor ${name} --type merge -p '{"spec":{"namespaceSelector":{"matchNames":["NAMESPACE"]}}}'`,
      ],
    });
  const owner = ownerElsewhere(monitor);
  return {
    id: 'look-in-namespace-of-service',
    title: `Look for the Service in ${home}`,
    risk: 'low',
    automatic: 'yes',
    commands: [
      `kubectl -n ${namespace} patch servicemonitor ${name} --type merge -p '${JSON.stringify({ spec: { namespaceSelector: to } })}'`,
    ],
    changes: [patchOf(monitor, [{ path: ['spec', 'namespaceSelector'], to }])],
    undo: 'Puts the namespaceSelector back as it was.',
    reversible: true,
    blockedBy: owner ? `${owner} renders this ServiceMonitor and would put it back: change it there` : null,
    healsWithin: 300,
  };
}
