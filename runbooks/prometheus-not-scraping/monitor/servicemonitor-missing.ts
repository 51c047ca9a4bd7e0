import { stringify } from 'yaml';
import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { listAt, textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { selects } from '../../../src/core/kubernetes/selectors.ts';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { coveringOf, serviceNameOf } from '../covering.ts';
import type { PromView } from '../view.ts';

export const servicemonitorMissing: Cause<PromView> = {
  code: 'servicemonitor-missing',
  title: 'There is no ServiceMonitor for the service',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { sight, monitor, namespace } = view;
    if (!view.isKindServed || monitor) return clear();
    const covering = coveringOf(view);
    if (covering) return clear(`${covering} covers the service`);
    const { name } = sight.target;
    const services = sight.list(kinds.Service, namespace);
    const service = services.find(({ metadata }) => metadata.name === serviceNameOf(name));
    return found({
      object: { ...sight.target },
      because: `There is no ServiceMonitor ${name} in ${namespace}, and no other monitor covers ${service ? `Service ${service.metadata.name}` : 'the service'}.`,
      confidence: 'confirmed',
      evidence: [
        {
          from: `ServiceMonitors in ${namespace}`,
          saw:
            sight
              .list(kinds.ServiceMonitor, namespace)
              .map(({ metadata }) => metadata.name)
              .join(', ') || 'none',
          wanted: name,
        },
        { from: 'ServiceMonitors, PodMonitors and ScrapeConfigs', saw: 'none covers the service' },
      ],
      remedies: [remedyFor(view, service)],
    });
  },
};

/** The one of the shipped manifests, with what this cluster's only Prometheus selects by. */
function remedyFor({ sight, namespace, prometheuses }: PromView, service: KubernetesObject | undefined): Remedy {
  const { name } = sight.target;
  const shipped = shippedBase.find(({ kind, metadata }) => kind === 'ServiceMonitor' && metadata.name === name);
  const all = prometheuses();
  const wanted = textMapAt(all[0], 'spec.serviceMonitorSelector.matchLabels');
  const fits =
    shipped &&
    service &&
    selects(
      shipped['spec'] && (shipped['spec'] as Record<string, unknown>)['selector'],
      service.metadata.labels ?? {},
    ) &&
    listAt(service, 'spec.ports').some((port) => textAt(port, 'name') === 'http');
  if (!fits || all.length !== 1 || Object.keys(wanted).length === 0)
    return byHand({
      id: 'apply-servicemonitor',
      title: 'Apply the ServiceMonitor of the manifests',
      risk: 'low',
      commands: [`orion-setup diff`, `kubectl -n ${namespace} apply -f auth-servicemonitor.yaml`],
    });
  const object: KubernetesObject = {
    ...shipped,
    metadata: { name, namespace, labels: { ...shipped.metadata.labels, ...wanted } },
  };
  return {
    id: 'create-servicemonitor',
    title: `Create ServiceMonitor ${name} as the manifests have it, labelled as Prometheus ${all[0]?.metadata.name} selects`,
    risk: 'low',
    automatic: 'yes',
    commands: [`kubectl apply -f - <<'EOF'\n${stringify(object)}EOF`],
    changes: [{ do: 'create', object }],
    undo: `Deletes ServiceMonitor ${name} again.`,
    reversible: true,
    blockedBy: null,
    healsWithin: 300,
  };
}
