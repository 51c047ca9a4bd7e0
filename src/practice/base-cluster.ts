import { groupOf, type Kind, kinds, resourceName } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { scenarioSchema, type World, withMoments } from '../core/scenario.ts';
import { baseWorkloads } from './base-workloads.ts';
import { isCustom } from './cluster.ts';

/** The address of the practice cluster's load balancer (a documentation network, RFC 5737). */
const balancer = '203.0.113.9';

/**
 * A cluster with the prerequisites in it and nothing of ours: three nodes, cert-manager, ingress-nginx, Prometheus, metrics. The ingress
 * controller is in the namespace that the world says.
 */
export function baseObjects(now: Date, controllerNamespace: string): readonly KubernetesObject[] {
  const objects = [
    ...['default', 'kube-system', 'cert-manager', controllerNamespace, 'monitoring'].map(namespace),
    ...['node-0', 'node-1', 'node-2'].map(node),
    ...Object.values<Kind>(kinds)
      .filter(({ apiVersion }) => isCustom(apiVersion))
      .map(definition),
    ...baseWorkloads(controllerNamespace),
    ingressClass,
    ...services(controllerNamespace),
    prometheus,
    prometheusService,
    alertmanager,
    alertmanagerService,
    ...prometheusRights,
  ];
  return objects.map((object) => withMoments(object, now) as KubernetesObject);
}

/** A world in which the hosts of the examples point here. */
export const baseWorld = (): World =>
  scenarioSchema.shape.world.parse({
    dns: Object.fromEntries(['auth-staging.example.org', 'auth.example.org'].map((host) => [host, { a: [balancer] }])),
    ports: { [`${balancer}:80`]: 'ingress', [`${balancer}:443`]: 'ingress' },
  });

const age = '-30d';

const namespace = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, creationTimestamp: age, labels: { 'kubernetes.io/metadata.name': name } },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
});

function node(name: string, place: number): KubernetesObject {
  const room = { cpu: '4', memory: '16374424Ki', pods: '110' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      creationTimestamp: age,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
    },
    spec: { podCIDR: `10.244.${place}.0/24` },
    status: {
      addresses: [
        { type: 'InternalIP', address: `192.0.2.${10 + place}` },
        { type: 'Hostname', address: name },
      ],
      allocatable: room,
      capacity: room,
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastTransitionTime: age,
        },
      ],
      nodeInfo: { kubeletVersion: 'v1.34.4', operatingSystem: 'linux', architecture: 'amd64' },
    },
  };
}

function definition(kind: Kind): KubernetesObject {
  const group = groupOf(kind);
  const version = kind.apiVersion.slice(group.length + 1);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: resourceName(kind), creationTimestamp: age },
    spec: {
      group,
      names: { kind: kind.kind, plural: kind.plural, singular: kind.kind.toLowerCase(), listKind: `${kind.kind}List` },
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      versions: [{ name: version, served: true, storage: true }],
    },
    status: {
      conditions: [
        {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
          lastTransitionTime: age,
        },
      ],
      storedVersions: [version],
    },
  };
}

const ingressClass: KubernetesObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'nginx', generation: 1, creationTimestamp: age },
  spec: { controller: 'k8s.io/ingress-nginx' },
};

const service = (
  where: string,
  name: string,
  spec: object,
  status: object = { loadBalancer: {} },
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: where, creationTimestamp: age },
  spec,
  status,
});

const services = (controllerNamespace: string) => [
  service(
    controllerNamespace,
    'ingress-nginx-controller',
    {
      type: 'LoadBalancer',
      clusterIP: '10.96.0.80',
      externalTrafficPolicy: 'Local',
      selector: { 'app.kubernetes.io/name': 'ingress-nginx' },
      ports: [
        { name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' },
        { name: 'https', port: 443, protocol: 'TCP', targetPort: 'https' },
      ],
    },
    { loadBalancer: { ingress: [{ ip: balancer }] } },
  ),
  service('default', 'kubernetes', {
    type: 'ClusterIP',
    clusterIP: '10.96.0.1',
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
  }),
];

const prometheus: KubernetesObject = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Prometheus',
  metadata: {
    name: 'kube-prometheus-stack-prometheus',
    namespace: 'monitoring',
    generation: 1,
    creationTimestamp: age,
  },
  spec: {
    replicas: 1,
    version: 'v3.5.0',
    serviceAccountName: 'kube-prometheus-stack-prometheus',
    serviceMonitorSelector: { matchLabels: { release: 'kube-prometheus-stack' } },
    serviceMonitorNamespaceSelector: {},
    podMonitorSelector: { matchLabels: { release: 'kube-prometheus-stack' } },
    podMonitorNamespaceSelector: {},
    ruleSelector: { matchLabels: { release: 'kube-prometheus-stack' } },
    ruleNamespaceSelector: {},
    alerting: { alertmanagers: [{ namespace: 'monitoring', name: 'alertmanager-operated', port: 'web' }] },
  },
  status: {
    replicas: 1,
    availableReplicas: 1,
    updatedReplicas: 1,
    unavailableReplicas: 0,
    paused: false,
    conditions: ['Available', 'Reconciled'].map((type) => ({
      type,
      status: 'True',
      observedGeneration: 1,
      lastTransitionTime: age,
    })),
  },
};

const prometheusService = service('monitoring', 'prometheus-operated', {
  type: 'ClusterIP',
  clusterIP: 'None',
  selector: { 'app.kubernetes.io/name': 'prometheus' },
  ports: [{ name: 'web', port: 9090, protocol: 'TCP', targetPort: 'web' }],
});

const alertmanager: KubernetesObject = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Alertmanager',
  metadata: {
    name: 'kube-prometheus-stack-alertmanager',
    namespace: 'monitoring',
    generation: 1,
    creationTimestamp: age,
  },
  spec: { replicas: 1, version: 'v0.28.1' },
  status: { replicas: 1, availableReplicas: 1, updatedReplicas: 1, unavailableReplicas: 0, paused: false },
};

const alertmanagerService = service('monitoring', 'alertmanager-operated', {
  type: 'ClusterIP',
  clusterIP: 'None',
  selector: { 'app.kubernetes.io/name': 'alertmanager' },
  ports: [{ name: 'web', port: 9093, protocol: 'TCP', targetPort: 'web' }],
});

/** As the chart grants it: discovery in every namespace. */
const prometheusRights: readonly KubernetesObject[] = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'kube-prometheus-stack-prometheus', creationTimestamp: age },
    rules: [
      {
        apiGroups: [''],
        resources: ['nodes', 'nodes/metrics', 'services', 'endpoints', 'pods'],
        verbs: ['get', 'list', 'watch'],
      },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['get', 'list', 'watch'] },
      { nonResourceURLs: ['/metrics', '/metrics/cadvisor'], verbs: ['get'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'kube-prometheus-stack-prometheus', creationTimestamp: age },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: 'kube-prometheus-stack-prometheus',
    },
    subjects: [{ kind: 'ServiceAccount', name: 'kube-prometheus-stack-prometheus', namespace: 'monitoring' }],
  },
];
