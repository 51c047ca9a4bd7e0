import { at } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { selects } from '../kubernetes/selectors.ts';

type Monitored = 'serviceMonitor' | 'podMonitor' | 'scrapeConfig' | 'rule';

/** Whether a Prometheus object takes a monitor by its labels. An absent selector takes nothing, `{}` everything. */
export function selectsLabels(
  prometheus: KubernetesObject,
  monitor: KubernetesObject,
  what: Monitored = 'serviceMonitor',
): boolean {
  return selects(at(prometheus, `spec.${what}Selector`), monitor.metadata.labels ?? {});
}

/**
 * Whether a Prometheus object looks into the monitor's namespace. An absent selector means its own namespace only, `{}` all. The labels
 * of the Namespace are asked for only where they matter.
 */
export function selectsNamespace(
  prometheus: KubernetesObject,
  monitor: KubernetesObject,
  namespaceLabels: () => Readonly<Record<string, string>>,
  what: Monitored = 'serviceMonitor',
): boolean {
  const selector = at(prometheus, `spec.${what}NamespaceSelector`);
  if (selector === undefined || selector === null) return prometheus.metadata.namespace === monitor.metadata.namespace;
  return selectsAll(selector) || selects(selector, namespaceLabels());
}

/** `{}`, in any of the forms that say nothing. */
function selectsAll(selector: unknown): boolean {
  const [labels, expressions] = [at(selector, 'matchLabels'), at(selector, 'matchExpressions')];
  const isEmpty = (part: unknown) =>
    part === undefined || part === null || (typeof part === 'object' && Object.keys(part).length === 0);
  return typeof selector === 'object' && isEmpty(labels) && isEmpty(expressions);
}

/** The namespaces in which a monitor looks for its Services: `*` is all of them. */
export function searchedNamespaces(
  monitor: KubernetesObject,
  prometheus: KubernetesObject | undefined,
): readonly string[] | '*' {
  const own = [monitor.metadata.namespace ?? ''];
  if (at(prometheus, 'spec.ignoreNamespaceSelectors') === true) return own;
  if (at(monitor, 'spec.namespaceSelector.any') === true) return '*';
  const named = at(monitor, 'spec.namespaceSelector.matchNames');
  const names = Array.isArray(named) ? named.filter((name) => typeof name === 'string') : [];
  return names.length > 0 ? names : own;
}
