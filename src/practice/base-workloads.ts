import type { KubernetesObject, OwnerReference } from '../core/kubernetes/object.ts';

/** What runs in the base cluster, with its ReplicaSets and pods: releases that are newer than the oldest this tool takes. */
export const baseWorkloads = (controllerNamespace: string): readonly KubernetesObject[] => [
  ...deployments(controllerNamespace).flatMap(deploymentOf),
  ...prometheus(),
];

type Running = {
  readonly namespace: string;
  readonly name: string;
  readonly app: string;
  readonly image: string;
  readonly replicas?: number;
};

const deployments = (controllerNamespace: string): readonly Running[] => [
  {
    namespace: 'kube-system',
    name: 'coredns',
    app: 'kube-dns',
    image: 'registry.k8s.io/coredns/coredns:v1.12.1',
    replicas: 2,
  },
  {
    namespace: 'kube-system',
    name: 'metrics-server',
    app: 'metrics-server',
    image: 'registry.k8s.io/metrics-server/metrics-server:v0.8.0',
  },
  {
    namespace: 'cert-manager',
    name: 'cert-manager',
    app: 'cert-manager',
    image: 'quay.io/jetstack/cert-manager-controller:v1.21.2',
  },
  {
    namespace: 'cert-manager',
    name: 'cert-manager-cainjector',
    app: 'cainjector',
    image: 'quay.io/jetstack/cert-manager-cainjector:v1.21.2',
  },
  {
    namespace: 'cert-manager',
    name: 'cert-manager-webhook',
    app: 'webhook',
    image: 'quay.io/jetstack/cert-manager-webhook:v1.21.2',
  },
  {
    namespace: controllerNamespace,
    name: 'ingress-nginx-controller',
    app: 'ingress-nginx',
    image: 'registry.k8s.io/ingress-nginx/controller:v1.13.3',
  },
  {
    namespace: 'monitoring',
    name: 'kube-prometheus-stack-operator',
    app: 'kube-prometheus-stack-prometheus-operator',
    image: 'quay.io/prometheus-operator/prometheus-operator:v0.85.0',
  },
];

const age = '-30d';
const hash = '6b9f5c7d48';

function deploymentOf(
  { namespace, name, app, image, replicas = 1 }: Running,
  place: number,
): readonly KubernetesObject[] {
  const labels = { 'app.kubernetes.io/name': app };
  const hashed = { ...labels, 'pod-template-hash': hash };
  const containers = [{ name: app, image }];
  const counts = { replicas, readyReplicas: replicas, availableReplicas: replicas };
  const deployment: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace,
      uid: `deployment-${name}`,
      creationTimestamp: age,
      labels,
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    status: {
      ...counts,
      updatedReplicas: replicas,
      observedGeneration: 1,
      conditions: conditionsOf(`${name}-${hash}`),
    },
  };
  const set: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      uid: `replicaset-${name}`,
      creationTimestamp: age,
      labels: hashed,
      annotations: { 'deployment.kubernetes.io/revision': '1' },
      ownerReferences: [owner('Deployment', name, `deployment-${name}`)],
    },
    spec: {
      replicas,
      selector: { matchLabels: hashed },
      template: { metadata: { labels: hashed }, spec: { containers } },
    },
    status: { ...counts, fullyLabeledReplicas: replicas, observedGeneration: 1 },
  };
  const pods = Array.from({ length: replicas }, (_, number) =>
    podOf(
      { namespace, name: `${name}-${hash}-${'bcdf'[number]}${place}x7k`, app, image },
      hashed,
      owner('ReplicaSet', `${name}-${hash}`, `replicaset-${name}`),
      place * 3 + number,
    ),
  );
  return [deployment, set, ...pods];
}

const conditionsOf = (set: string) => [
  {
    type: 'Available',
    status: 'True',
    reason: 'MinimumReplicasAvailable',
    message: 'Deployment has minimum availability.',
    lastTransitionTime: age,
    lastUpdateTime: age,
  },
  {
    type: 'Progressing',
    status: 'True',
    reason: 'NewReplicaSetAvailable',
    message: `ReplicaSet "${set}" has successfully progressed.`,
    lastTransitionTime: age,
    lastUpdateTime: age,
  },
];

function prometheus(): readonly KubernetesObject[] {
  const running = {
    namespace: 'monitoring',
    name: 'prometheus-kube-prometheus-stack-prometheus',
    app: 'prometheus',
    image: 'quay.io/prometheus/prometheus:v3.5.0',
  };
  const labels = { 'app.kubernetes.io/name': running.app };
  const set: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      name: running.name,
      namespace: running.namespace,
      uid: 'statefulset-prometheus',
      creationTimestamp: age,
      labels,
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      serviceName: 'prometheus-operated',
      template: { metadata: { labels }, spec: { containers: [{ name: running.app, image: running.image }] } },
    },
    status: { observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1 },
  };
  const pod = podOf(
    { ...running, name: `${running.name}-0` },
    labels,
    owner('StatefulSet', running.name, 'statefulset-prometheus'),
    40,
  );
  return [set, pod];
}

const owner = (kind: string, name: string, uid: string): OwnerReference => ({
  apiVersion: 'apps/v1',
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});

function podOf(
  { namespace, name, app, image }: Running,
  labels: Readonly<Record<string, string>>,
  by: OwnerReference,
  place: number,
): KubernetesObject {
  const state = {
    name: app,
    image,
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: age } },
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, creationTimestamp: age, labels, ownerReferences: [by] },
    spec: { containers: [{ name: app, image }], nodeName: `node-${place % 3}` },
    status: {
      phase: 'Running',
      conditions: ['Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: age,
      })),
      containerStatuses: [state],
      podIP: `10.244.${place % 3}.${100 + place}`,
      startTime: age,
    },
  };
}
