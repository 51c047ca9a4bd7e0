import type { ObjectRef } from './object.ts';

/** A kind this tool knows: where it lives in the API. `key` is unique and what people call it. */
export type Kind = {
  readonly kind: string;
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespaced: boolean;
};

const kind = (apiVersion: string, name: string, plural: string, namespaced = true): Kind => ({
  kind: name,
  apiVersion,
  plural,
  namespaced,
});

/** Every kind this tool reads or writes. The edge, the practice cluster, Roles and detectors all use this one table. */
export const kinds = {
  Namespace: kind('v1', 'Namespace', 'namespaces', false),
  Node: kind('v1', 'Node', 'nodes', false),
  Pod: kind('v1', 'Pod', 'pods'),
  Service: kind('v1', 'Service', 'services'),
  ServiceAccount: kind('v1', 'ServiceAccount', 'serviceaccounts'),
  Secret: kind('v1', 'Secret', 'secrets'),
  ConfigMap: kind('v1', 'ConfigMap', 'configmaps'),
  Event: kind('v1', 'Event', 'events'),
  ResourceQuota: kind('v1', 'ResourceQuota', 'resourcequotas'),
  LimitRange: kind('v1', 'LimitRange', 'limitranges'),
  EndpointSlice: kind('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  Lease: kind('coordination.k8s.io/v1', 'Lease', 'leases'),
  Deployment: kind('apps/v1', 'Deployment', 'deployments'),
  ReplicaSet: kind('apps/v1', 'ReplicaSet', 'replicasets'),
  StatefulSet: kind('apps/v1', 'StatefulSet', 'statefulsets'),
  DaemonSet: kind('apps/v1', 'DaemonSet', 'daemonsets'),
  HorizontalPodAutoscaler: kind('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  PodDisruptionBudget: kind('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  Ingress: kind('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  IngressClass: kind('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', false),
  NetworkPolicy: kind('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  Role: kind('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  RoleBinding: kind('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  ClusterRole: kind('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false),
  ClusterRoleBinding: kind('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', false),
  ValidatingWebhookConfiguration: kind(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    'validatingwebhookconfigurations',
    false,
  ),
  CustomResourceDefinition: kind(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    false,
  ),
  Certificate: kind('cert-manager.io/v1', 'Certificate', 'certificates'),
  CertificateRequest: kind('cert-manager.io/v1', 'CertificateRequest', 'certificaterequests'),
  Issuer: kind('cert-manager.io/v1', 'Issuer', 'issuers'),
  ClusterIssuer: kind('cert-manager.io/v1', 'ClusterIssuer', 'clusterissuers', false),
  Order: kind('acme.cert-manager.io/v1', 'Order', 'orders'),
  Challenge: kind('acme.cert-manager.io/v1', 'Challenge', 'challenges'),
  ServiceMonitor: kind('monitoring.coreos.com/v1', 'ServiceMonitor', 'servicemonitors'),
  PodMonitor: kind('monitoring.coreos.com/v1', 'PodMonitor', 'podmonitors'),
  ScrapeConfig: kind('monitoring.coreos.com/v1alpha1', 'ScrapeConfig', 'scrapeconfigs'),
  Prometheus: kind('monitoring.coreos.com/v1', 'Prometheus', 'prometheuses'),
  PrometheusAgent: kind('monitoring.coreos.com/v1alpha1', 'PrometheusAgent', 'prometheusagents'),
  Alertmanager: kind('monitoring.coreos.com/v1', 'Alertmanager', 'alertmanagers'),
  PrometheusRule: kind('monitoring.coreos.com/v1', 'PrometheusRule', 'prometheusrules'),
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;

/** The kind of an object by its apiVersion and kind, or undefined where this tool does not know it. */
export function kindOf(ref: { readonly apiVersion: string; readonly kind: string }): Kind | undefined {
  const known: Kind | undefined = kinds[ref.kind as KindName];
  return known?.apiVersion === ref.apiVersion ? known : undefined;
}

/** The API group of a kind; the core group is the empty text. */
export function groupOf({ apiVersion }: Pick<Kind, 'apiVersion'>): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** As kubectl and RBAC name a resource: `certificates.cert-manager.io`, `pods`. */
export function resourceName(of: Kind): string {
  const group = groupOf(of);
  return group === '' ? of.plural : `${of.plural}.${group}`;
}

/** `/apis/cert-manager.io/v1/namespaces/x/certificates[/name]`; without a namespace, the list over all of them. */
export function pathOf(of: Kind, namespace?: string, name?: string): string {
  const base = of.apiVersion.includes('/') ? `/apis/${of.apiVersion}` : `/api/${of.apiVersion}`;
  const scope = of.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${base}${scope}/${of.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

/** The name of one object of a known kind. */
export function ref(of: Kind, name: string, namespace?: string): ObjectRef {
  return { apiVersion: of.apiVersion, kind: of.kind, name, ...(of.namespaced && namespace ? { namespace } : {}) };
}
