import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';

/** Small sound objects for the API contract; each call says only what matters to its test. */

type Labels = Readonly<Record<string, string>>;

export function namespace(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

export function serviceAccount(place: string, name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: place } };
}

export function configMap(
  place: string,
  name: string,
  says: {
    readonly data?: Labels;
    readonly labels?: Labels;
    readonly finalizers?: readonly string[];
    readonly owner?: KubernetesObject;
  } = {},
): KubernetesObject {
  const { owner, data, labels, finalizers } = says;
  const ownerReferences = owner && [
    { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid ?? '' },
  ];
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: place,
      ...(labels ? { labels } : {}),
      ...(finalizers ? { finalizers } : {}),
      ...(ownerReferences ? { ownerReferences } : {}),
    },
    ...(data ? { data } : {}),
  };
}

export function secret(place: string, name: string, values: Labels): KubernetesObject {
  const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, btoa(value)]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: place }, type: 'Opaque', data };
}

/** Without pods by default, and paused, so that no controller makes any. */
export function deployment(
  place: string,
  name: string,
  { replicas = 0 }: { readonly replicas?: number } = {},
): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: place, labels: { app: name } },
    spec: {
      replicas,
      paused: true,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: 'registry.example.org/main:1' }] },
      },
    },
  };
}

export function pod(place: string, name: string, labels: Labels): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: place, labels },
    spec: { automountServiceAccountToken: false, containers: [{ name: 'main', image: 'registry.example.org/main:1' }] },
  };
}

export function disruptionBudget(place: string, name: string, labels: Labels): KubernetesObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: place },
    spec: { minAvailable: 1, selector: { matchLabels: labels } },
  };
}

/** The status of a budget of one for one ready pod: no eviction. */
export const statusWithoutRoom = {
  observedGeneration: 1,
  disruptionsAllowed: 0,
  currentHealthy: 1,
  desiredHealthy: 1,
  expectedPods: 1,
};
