import { at, textAt } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, shortName } from '../../src/core/kubernetes/object.ts';
import { selects, serviceSelects } from '../../src/core/kubernetes/selectors.ts';
import { searchedNamespaces, selectsLabels } from '../../src/core/prometheus/selection.ts';
import type { PromView } from './view.ts';

/** `auth-service-monitor` is for `auth-service`. */
export const serviceNameOf = (monitor: string): string => monitor.replace(/-monitor$/, '');

/**
 * What else scrapes the service where its own ServiceMonitor does not exist: another ServiceMonitor, a PodMonitor or a ScrapeConfig that a
 * Prometheus selects. Undefined where nothing does; throws where that could not be seen.
 */
export function coveringOf(view: PromView): string | undefined {
  const { sight, namespace } = view;
  const named = serviceNameOf(sight.target.name);
  const service = sight.list(kinds.Service, namespace).find(({ metadata }) => metadata.name === named);
  if (!service) return undefined;
  const prometheuses = view.prometheuses();
  const isTaken = (object: KubernetesObject, what: 'serviceMonitor' | 'podMonitor' | 'scrapeConfig') =>
    prometheuses.some((one) => selectsLabels(one, object, what));
  const searches = (object: KubernetesObject) => {
    const searched = searchedNamespaces(object, undefined);
    return searched === '*' || searched.includes(namespace);
  };
  const monitor = sight
    .list(kinds.ServiceMonitor)
    .find(
      (one) =>
        isTaken(one, 'serviceMonitor') &&
        searches(one) &&
        selects(at(one, 'spec.selector'), service.metadata.labels ?? {}),
    );
  if (monitor) return nameOf(monitor);
  const pods = sight
    .list(kinds.Pod, namespace)
    .filter(({ metadata }) => serviceSelects(at(service, 'spec.selector'), metadata.labels ?? {}));
  const podMonitor = served(view, kinds.PodMonitor).find(
    (one) =>
      isTaken(one, 'podMonitor') &&
      searches(one) &&
      pods.some(({ metadata }) => selects(at(one, 'spec.selector'), metadata.labels ?? {})),
  );
  if (podMonitor) return nameOf(podMonitor);
  const config = served(view, kinds.ScrapeConfig).find(
    (one) => isTaken(one, 'scrapeConfig') && new RegExp(`\\b${named}\\b`).test(JSON.stringify(one['spec'] ?? '')),
  );
  return config && nameOf(config);
}

const nameOf = ({ kind, metadata }: KubernetesObject): string =>
  `${shortName({ kind, name: metadata.name })} in ${metadata.namespace ?? textAt(metadata, 'namespace')}`;

/** A kind that the cluster does not know has no objects. */
function served({ sight }: PromView, kind: typeof kinds.PodMonitor | typeof kinds.ScrapeConfig) {
  const listed = sight.tryList(kind);
  return !listed.ok && listed.why === 'not-found' ? [] : sight.list(kind);
}
