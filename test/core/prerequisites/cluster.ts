import type { Fetched } from '../../../src/core/fetched.ts';
import { type Kind, kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { type ClusterLook, nameOf } from '../../../src/core/look.ts';
import { crdOf, crds, listOf, nodeMetrics, type See, seeing } from '../../../src/core/prerequisites/looks.ts';

export const object = (
  kind: Kind,
  name: string,
  rest: Readonly<Record<string, unknown>> = {},
  namespace?: string,
): KubernetesObject => ({
  apiVersion: kind.apiVersion,
  kind: kind.kind,
  metadata: { name, ...(namespace ? { namespace } : {}) },
  ...rest,
});

const running = (name: string, namespace: string, image: string, labels: Readonly<Record<string, string>> = {}) =>
  object(
    kinds.Deployment,
    name,
    { spec: { template: { metadata: { labels }, spec: { containers: [{ image }] } } } },
    namespace,
  );

export const workloadsOf = (images: { readonly [name: string]: string }) =>
  Object.entries(images).map(([name, image]) =>
    running(name, name === 'prometheus-operator' ? 'monitoring' : name, image, { app: name }),
  );

export const usualImages = {
  'cert-manager': 'quay.io/jetstack/cert-manager-controller:v1.21.2',
  'prometheus-operator': 'quay.io/prometheus-operator/prometheus-operator:v0.85.0',
  'ingress-nginx': 'registry.k8s.io/ingress-nginx/controller:v1.14.1@sha256:ab',
};

const value = <T>(of: T): Fetched<T> => ({ ok: true, value: of });
export const refused: Fetched<never> = { ok: false, why: 'forbidden', detail: 'you may not', needs: 'list things' };
export const absent: Fetched<never> = { ok: false, why: 'not-found', detail: 'there is none' };

const node = (name: string, address: string) =>
  object(kinds.Node, name, {
    status: { conditions: [{ type: 'Ready', status: 'True' }], addresses: [{ type: 'InternalIP', address }] },
  });

export const balancer = (rest: Readonly<Record<string, unknown>> = {}) =>
  object(
    kinds.Service,
    'ingress-nginx-controller',
    {
      spec: {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        selector: { app: 'ingress-nginx' },
        ports: [{ port: 80 }, { port: 443 }],
        ...rest,
      },
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } },
    },
    'ingress-nginx',
  );

export type Answers = readonly (readonly [ClusterLook, Fetched<unknown>])[];

const usual: Answers = [
  [listOf(kinds.Deployment), value(workloadsOf(usualImages))],
  [listOf(kinds.DaemonSet), value([])],
  ...[...crds['cert-manager'], ...crds['prometheus-operator']].map(
    (name) => [crdOf(name), value(object(kinds.CustomResourceDefinition, name))] as const,
  ),
  [listOf(kinds.ClusterIssuer), value([])],
  [
    listOf(kinds.IngressClass),
    value([object(kinds.IngressClass, 'nginx', { spec: { controller: 'k8s.io/ingress-nginx' } })]),
  ],
  [
    listOf(kinds.Prometheus),
    value([
      object(
        kinds.Prometheus,
        'k8s',
        { spec: { serviceMonitorSelector: { matchLabels: { release: 'kps' } } } },
        'monitoring',
      ),
    ]),
  ],
  [listOf(kinds.Namespace), value([object(kinds.Namespace, 'orion-web')])],
  [listOf(kinds.Node), value([node('a', '10.0.0.1'), node('b', '10.0.0.2'), node('c', '10.0.0.3')])],
  [listOf(nodeMetrics), value([])],
  [listOf(kinds.Service, 'ingress-nginx'), value([balancer()])],
  [listOf(kinds.ConfigMap, 'ingress-nginx'), value([])],
];

/** A cluster with everything in it, seen; `differs` says what is otherwise. */
export function clusterWith(...differs: Answers): See {
  return seeing(Object.fromEntries([...usual, ...differs].map(([look, answer]) => [nameOf(look), answer])));
}

export const seen = value;
