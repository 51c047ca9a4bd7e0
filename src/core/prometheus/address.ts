import { at, listAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { AlertmanagerAddress, PrometheusAddress } from '../look.ts';

/** Where the API of a Prometheus object is: the operator's own Service in its namespace, or the one that it names. */
export function addressOf(prometheus: KubernetesObject): PrometheusAddress {
  return {
    namespace: prometheus.metadata.namespace ?? '',
    name: prometheus.metadata.name,
    service:
      textAt(prometheus, 'spec.serviceName') ??
      (prometheus.kind === 'PrometheusAgent' ? 'prometheus-agent-operated' : 'prometheus-operated'),
    port: textAt(prometheus, 'spec.portName') ?? 'web',
    scheme: at(prometheus, 'spec.web.tlsConfig') === undefined ? 'http' : 'https',
    prefix: prefixOf(textAt(prometheus, 'spec.routePrefix')),
  };
}

function prefixOf(path: string | undefined): string {
  const prefix = (path ?? '').replace(/\/+$/, '');
  return prefix === '' || prefix.startsWith('/') ? prefix : `/${prefix}`;
}

/** The Alertmanagers that a Prometheus is told to send to. Those that it is told of in a Secret are not among them. */
export const alertmanagersTold = (prometheus: KubernetesObject): readonly AlertmanagerAddress[] =>
  listAt(prometheus, 'spec.alerting.alertmanagers').map((one) => ({
    namespace: textAt(one, 'namespace') ?? prometheus.metadata.namespace ?? '',
    service: textAt(one, 'name') ?? '',
    port: String(at(one, 'port') ?? ''),
    scheme: textAt(one, 'scheme')?.toLowerCase() === 'https' ? 'https' : 'http',
    prefix: prefixOf(textAt(one, 'pathPrefix')),
  }));

/** The Secret that the operator writes its configuration to. */
export const configSecretOf = ({ name }: { readonly name: string }): string => `prometheus-${name}`;

/** How the operator calls the jobs of a ServiceMonitor, but for the number of the endpoint. */
export const jobPrefixOf = ({ metadata }: KubernetesObject): string =>
  `serviceMonitor/${metadata.namespace ?? ''}/${metadata.name}/`;

/** Who a Prometheus is to the API server. */
export const userOf = (prometheus: KubernetesObject): string =>
  `system:serviceaccount:${prometheus.metadata.namespace ?? ''}:${textAt(prometheus, 'spec.serviceAccountName') ?? 'default'}`;
