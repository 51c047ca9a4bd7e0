/** What is looked at on a cluster before set-up, as values. Two rounds: the second is where the first found the ingress controller. */
import type { Fetched } from '../fetched.ts';
import { type Kind, kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { type AnswerOf, type ClusterLook, nameOf } from '../look.ts';
import { namespaces } from '../setup/settings.ts';
import { certManagers, ingressControllers } from './controllers.ts';

/** What was seen, by look. */
export type See = <L extends ClusterLook>(look: L) => Fetched<AnswerOf<L>>;

/** Answers by the names of their looks, as saved evidence has them. What is not among them was not looked at. */
export function seeing(answers: Readonly<Record<string, Fetched<unknown>>>): See {
  return <L extends ClusterLook>(look: L) =>
    (answers[nameOf(look)] as Fetched<AnswerOf<L>> | undefined) ?? {
      ok: false,
      why: 'not-looked',
      detail: 'not looked at',
    };
}

/** Where the charts and manifests of the components put them, for whoever may not list all namespaces. */
const wellKnownNamespaces = ['cert-manager', 'monitoring', 'ingress-nginx', 'kube-system'] as const;

/** The metrics API has no objects of its own worth keeping: that it answers is the fact. */
export const nodeMetrics: Kind = {
  kind: 'NodeMetrics',
  apiVersion: 'metrics.k8s.io/v1beta1',
  plural: 'nodes',
  namespaced: false,
};

export const crds = {
  'cert-manager': ['certificates.cert-manager.io', 'clusterissuers.cert-manager.io', 'challenges.acme.cert-manager.io'],
  'prometheus-operator': ['servicemonitors.monitoring.coreos.com'],
} as const;

export const listOf = (kind: Kind, namespace?: string) =>
  ({ at: 'list', kind, ...(namespace === undefined ? {} : { namespace }) }) as const;
export const crdOf = (name: string) => ({ at: 'get', kind: kinds.CustomResourceDefinition, name }) as const;

export const firstLooks: readonly ClusterLook[] = [
  listOf(kinds.Deployment),
  listOf(kinds.DaemonSet),
  ...[...crds['cert-manager'], ...crds['prometheus-operator']].map(crdOf),
  listOf(kinds.ClusterIssuer),
  listOf(kinds.IngressClass),
  listOf(kinds.Prometheus),
  listOf(kinds.Namespace),
  listOf(kinds.Node),
  listOf(nodeMetrics),
  ...Object.values(namespaces).map((namespace) => listOf(kinds.NetworkPolicy, namespace)),
];

/** Whoever may not list over all namespaces is let look where the components usually are. */
export function secondLooks(see: See): readonly ClusterLook[] {
  const everywhere = see(listOf(kinds.Deployment));
  return everywhere.ok
    ? []
    : wellKnownNamespaces.flatMap((name) => [listOf(kinds.Deployment, name), listOf(kinds.DaemonSet, name)]);
}

/** The controller's load balancer, and what it allows; who scrapes cert-manager. */
export function thirdLooks(see: See): readonly ClusterLook[] {
  const where = [
    ...new Set(ingressControllers(workloads(see).found).map(({ metadata }) => metadata.namespace ?? 'default')),
  ];
  return [
    ...where.flatMap(looksAtIngress),
    ...certManagers(workloads(see).found)
      .slice(0, 1)
      .flatMap(({ metadata: { namespace = 'default' } }) => looksAtCertManager(namespace)),
  ];
}

/** What is looked at where an ingress controller runs. */
export const looksAtIngress = (namespace: string): readonly ClusterLook[] => [
  listOf(kinds.Service, namespace),
  listOf(kinds.ConfigMap, namespace),
];

/** What is looked at where cert-manager runs: whether its own metrics are scraped. */
export const looksAtCertManager = (namespace: string): readonly ClusterLook[] => [
  listOf(kinds.PodMonitor, namespace),
  listOf(kinds.ServiceMonitor, namespace),
];

/** Deployments and DaemonSets that could be seen, and whether that was all of them. */
export function workloads(see: See): { readonly found: readonly KubernetesObject[]; readonly complete: boolean } {
  const everywhere = [see(listOf(kinds.Deployment)), see(listOf(kinds.DaemonSet))];
  const named = wellKnownNamespaces.flatMap((name) => [
    see(listOf(kinds.Deployment, name)),
    see(listOf(kinds.DaemonSet, name)),
  ]);
  return {
    found: [...everywhere, ...named].flatMap((answer) => (answer.ok ? answer.value : [])),
    complete: everywhere.every(({ ok }) => ok),
  };
}
