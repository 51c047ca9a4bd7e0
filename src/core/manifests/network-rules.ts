import type { KubernetesObject } from '../kubernetes/object.ts';
import type { Endpoint, EnvironmentSettings, Settings } from '../setup/settings.ts';
import { namespaceOf } from './endpoint.ts';

/** The rules of our NetworkPolicies, built from the answers. A selector, a range, or any address; never a resolved address. */
type Rule = Readonly<Record<string, unknown>>;

const servicePort = 3001;
const solverPort = 8089;

const inNamespace = (name: string): Rule => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const inRange = (cidr: string): Rule => ({ ipBlock: { cidr } });
const tcp = (port: number): Rule => ({ protocol: 'TCP', port });

/** A controller on hostNetwork comes from the nodes' addresses, which a namespaceSelector does not match. */
function ingressController({ ingress }: Pick<Settings, 'ingress'>): readonly Rule[] {
  return ingress.nodeCidrs.length > 0 ? ingress.nodeCidrs.map(inRange) : [inNamespace(ingress.namespace)];
}

/** Who may reach the service: the ingress controller, Prometheus, and the callers named. */
export function ingressRules(settings: Settings): readonly Rule[] {
  const namespaces = new Set([settings.prometheusNamespace, ...settings.allowFromNamespaces]);
  return [{ from: [...ingressController(settings), ...[...namespaces].map(inNamespace)], ports: [tcp(servicePort)] }];
}

/** The link-local address of the node-local DNS cache (kubernetes.io/docs/tasks/administer-cluster/nodelocaldns). */
const nodeLocalDns = '169.254.20.10/32';

/** What the service may reach: names, its database, its Redis. */
export function egressRules({ database, redis }: Pick<EnvironmentSettings, 'database' | 'redis'>): readonly Rule[] {
  return [
    {
      to: [
        { ...inNamespace('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } },
        inRange(nodeLocalDns),
      ],
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
    toEndpoint(database),
    toEndpoint(redis),
  ];
}

/**
 * A literal address in the URL is no range either: where it is a Service's, the network sees the pod behind it, and the rule would
 * close what it should open.
 */
function toEndpoint({ host, port, cidr }: Endpoint): Rule {
  const namespace = namespaceOf(host);
  const ports = [tcp(port)];
  if (cidr !== undefined) return { to: [inRange(cidr)], ports };
  return namespace === undefined ? { ports } : { to: [inNamespace(namespace)], ports };
}

/** Which of the two may be reached at any address, so that set-up can say so: `database on port 5432`. */
export function openEgress({ database, redis }: Pick<EnvironmentSettings, 'database' | 'redis'>): readonly string[] {
  return Object.entries({ database, Redis: redis })
    .filter(([, { host, cidr }]) => cidr === undefined && namespaceOf(host) === undefined)
    .map(([name, { port }]) => `${name} on port ${port}`);
}

/** Lets the ingress controller reach the pods that answer an HTTP-01 challenge. Named as the remedy of the runbook names it. */
export function solverPolicy(settings: Pick<Settings, 'ingress'>, namespace: string): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'allow-acme-http01-solver', namespace },
    spec: {
      podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: ingressController(settings), ports: [tcp(solverPort)] }],
    },
  };
}
