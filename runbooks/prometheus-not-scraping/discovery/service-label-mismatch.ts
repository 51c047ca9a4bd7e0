import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, listAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { ownerElsewhere } from '../../../src/core/kubernetes/owner-elsewhere.ts';
import { selects } from '../../../src/core/kubernetes/selectors.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { PromView } from '../view.ts';
import { doubts, isSelected, meantServices, selectedServices } from './doubt.ts';

export const serviceLabelMismatch: Cause<PromView> = {
  code: 'service-label-mismatch',
  title: 'The ServiceMonitor selects no Service: its selector is not what the Service is labelled with',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { monitor } = view;
    const [doubt] = doubts(view);
    if (!monitor || !doubt) return clear();
    const selected = selectedServices(view);
    if (selected.length > 0)
      return clear(`it selects Service ${selected.map(({ metadata }) => metadata.name).join(', ')}`);
    const [service] = meantServices(view, doubt.spec);
    // Without a Service here that can be meant, it may be in a namespace that is not searched.
    if (!service && view.sight.list(kinds.Service).some((one) => isSelected(view, one))) return clear();
    const selector = JSON.stringify(at(monitor, 'spec.selector') ?? null);
    return found({
      object: refTo(monitor),
      because: service
        ? `${monitor.metadata.name} selects Services by ${selector}; Service ${service.metadata.name} is labelled ${JSON.stringify(service.metadata.labels ?? {})}.`
        : `${monitor.metadata.name} selects Services by ${selector}, and no Service has these labels.`,
      confidence: doubt.confidence,
      evidence: [
        saw(monitor, 'spec.selector', service && JSON.stringify(service.metadata.labels ?? {})),
        ...(service ? [saw(service, 'metadata.labels')] : []),
        ...poolEvidence(view),
      ],
      remedies: [remedyFor(view, monitor, service)],
    });
  },
};

/** What Prometheus says of the pools, where it could be asked. */
export const poolEvidence = (view: PromView) =>
  view.endpoints.flatMap((endpoint) => {
    const pool = view.tryPool(endpoint);
    return pool.ok && pool.value.known
      ? [
          {
            from: `Prometheus, ${endpoint.pool}`,
            saw: `${pool.value.active} targets, ${pool.value.dropped} dropped`,
            wanted: 'at least one target',
          },
        ]
      : [];
  });

/** Labels by which Services are usually told apart, the likeliest first. */
const usual = ['app.kubernetes.io/name', 'app', 'k8s-app', 'app.kubernetes.io/instance', 'name'];

function remedyFor(view: PromView, monitor: KubernetesObject, service: KubernetesObject | undefined): Remedy {
  const { name, namespace } = monitor.metadata;
  const wanted = service && selectorFor(view, monitor, service);
  if (!wanted) {
    return byHand({
      id: 'choose-service-labels',
      title: 'Let the ServiceMonitor select by labels that the Service has',
      risk: 'low',
      commands: [
        `kubectl -n ${namespace} get services --show-labels`,
        `kubectl -n ${namespace} patch servicemonitor ${name} --type merge -p '{"spec":{"selector":{"matchLabels":{"KEY":"VALUE"}}}}'`,
      ],
    });
  }
  const owner = ownerElsewhere(monitor);
  return {
    id: 'select-by-service-labels',
    title: `Select Services by ${JSON.stringify(wanted)}`,
    risk: 'low',
    automatic: 'yes',
    commands: [
      `kubectl -n ${namespace} patch servicemonitor ${name} --type json -p '${JSON.stringify([{ op: 'replace', path: '/spec/selector/matchLabels', value: wanted }])}'`,
    ],
    changes: [patchOf(monitor, [{ path: ['spec', 'selector', 'matchLabels'], to: wanted }])],
    undo: 'Puts the selector back as it was.',
    reversible: true,
    blockedBy: owner ? `${owner} renders this ServiceMonitor and would put it back: change it there` : null,
    healsWithin: 300,
  };
}

/** The same keys with the Service's values, as far as it has them, else one usual label; only where that selects this Service alone. */
function selectorFor(
  view: PromView,
  monitor: KubernetesObject,
  service: KubernetesObject,
): Readonly<Record<string, string>> | undefined {
  if (listAt(monitor, 'spec.selector.matchExpressions').length > 0) return undefined;
  if (at(monitor, 'spec.selector.matchLabels') === undefined) return undefined;
  const labels = service.metadata.labels ?? {};
  const before = Object.keys(textMapAt(monitor, 'spec.selector.matchLabels'));
  const kept = before.filter((key) => labels[key] !== undefined);
  const [likely] = usual.filter((key) => labels[key] !== undefined);
  const keys = kept.length > 0 ? kept : likely === undefined ? [] : [likely];
  const wanted = Object.fromEntries(keys.map((key) => [key, labels[key] as string]));
  const alone = view
    .surroundings()
    .services.every((one) => one === service || !selects({ matchLabels: wanted }, one.metadata.labels ?? {}));
  return keys.length > 0 && alone ? wanted : undefined;
}
