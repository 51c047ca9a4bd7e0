import type { Found } from '../../../src/core/diagnosis.ts';
import { at, listAt, numberAt, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { selects } from '../../../src/core/kubernetes/selectors.ts';
import type { Endpoint, PromView } from '../view.ts';

/** An endpoint of a ServiceMonitor that was taken and yet has no target. */
export type Doubt = Endpoint & {
  /** Confirmed where Prometheus itself says that it has no target; from the objects alone it is only likely. */
  readonly confidence: Found['confidence'];
};

/** The endpoints for which discovery is worth judging: all gates before it are passed, as far as anybody can say. */
export function doubts(view: PromView): readonly Doubt[] {
  if (!view.monitor || view.isDiscovered() || !view.isTaken() || view.config() === 'absent') return [];
  return view.endpoints.flatMap((endpoint): readonly Doubt[] => {
    const pool = view.tryPool(endpoint);
    if (!pool.ok) return [{ ...endpoint, confidence: 'likely' }];
    if (!pool.value.known || pool.value.active > 0) return [];
    // One shard without a target may only mean that another has it.
    const isSharded = (numberAt(view.meant(), 'spec.shards') ?? 1) > 1;
    return [{ ...endpoint, confidence: isSharded ? 'likely' : 'confirmed' }];
  });
}

/** The Services that the ServiceMonitor selects, in the namespaces that it searches. */
export const selectedServices = (view: PromView): readonly KubernetesObject[] =>
  view.surroundings().services.filter((service) => isSelected(view, service));

export const isSelected = ({ monitor }: PromView, { metadata }: KubernetesObject): boolean =>
  selects(at(monitor, 'spec.selector'), metadata.labels ?? {});

/**
 * The Service that the ServiceMonitor is for: the selected ones, or, where none is, the one of its name, the only one with the port, or the
 * only one there is. More than one candidate is none.
 */
export function meantServices(view: PromView, endpoint: unknown): readonly KubernetesObject[] {
  const selected = selectedServices(view);
  if (selected.length > 0) return selected;
  const name = view.monitor?.metadata.name.replace(/-(service-?)?monitor$/, '');
  const all = view.surroundings().services.filter(({ metadata }) => !/^(kubernetes|.*-operated)$/.test(metadata.name));
  const port = textAt(endpoint, 'port');
  const tries = [
    all.filter(({ metadata }) => metadata.name === name || metadata.name === view.monitor?.metadata.name),
    all.filter((service) => listAt(service, 'spec.ports').some((item) => port && textAt(item, 'name') === port)),
    all,
  ];
  const only = tries.find((found) => found.length === 1);
  return only ?? [];
}

export const portNames = (service: KubernetesObject): readonly string[] =>
  listAt(service, 'spec.ports').map((port) => textAt(port, 'name') ?? '');
