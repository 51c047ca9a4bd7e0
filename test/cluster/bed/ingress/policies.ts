import { BlockList } from 'node:net';
import type { Json } from '../api-client.ts';

/** Whether NetworkPolicies let one pod reach another. Written apart from the tool's own evaluation, which it is there to prove. */
export type Peer = {
  readonly labels: Labels;
  readonly namespace: { readonly name: string; readonly labels: Labels };
  readonly address: string;
  /** It is on its node's network: it comes from the node's address, and no selector matches it. */
  readonly onHostNetwork: boolean;
};
type Labels = Readonly<Record<string, string>>;

function requirementHolds(labels: Labels, { key, operator, values = [] }: Json): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      throw new Error(`A selector with the operator ${operator}`);
  }
}

const selects = (selector: Json, labels: Labels): boolean =>
  Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector.matchExpressions ?? []).every((requirement: Json) => requirementHolds(labels, requirement));

function contains(block: string, address: string): boolean {
  const [network = '', length = '32'] = block.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(length), network.includes(':') ? 'ipv6' : 'ipv4');
  return list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}

function peerMatches(peer: Json, source: Peer, policyNamespace: string): boolean {
  if (peer.ipBlock !== undefined) {
    return (
      contains(peer.ipBlock.cidr, source.address) &&
      !(peer.ipBlock.except ?? []).some((each: string) => contains(each, source.address))
    );
  }
  if (source.onHostNetwork) return false;
  const namespaceMatches =
    peer.namespaceSelector === undefined
      ? source.namespace.name === policyNamespace
      : selects(peer.namespaceSelector, source.namespace.labels);
  return namespaceMatches && (peer.podSelector === undefined || selects(peer.podSelector, source.labels));
}

function portMatches(rulePort: Json, port: number, pod: Json): boolean {
  if ((rulePort.protocol ?? 'TCP') !== 'TCP') return false;
  if (rulePort.port === undefined) return true;
  if (typeof rulePort.port === 'string') {
    return pod.spec.containers.some((container: Json) =>
      (container.ports ?? []).some((each: Json) => each.name === rulePort.port && each.containerPort === port),
    );
  }
  return port >= rulePort.port && port <= (rulePort.endPort ?? rulePort.port);
}

/** What a pod is policed by: a pod that no policy selects for a way is open; one that some select is so where any rule of any of them says so. */
function allowed(
  policies: readonly Json[],
  way: 'Ingress' | 'Egress',
  policed: Labels,
  other: Peer,
  called: { readonly pod: Json; readonly port: number },
): boolean {
  const [rules, ends] = way === 'Ingress' ? ['ingress', 'from'] : ['egress', 'to'];
  const selecting = policies.filter(
    ({ spec }) => (spec.policyTypes ?? ['Ingress']).includes(way) && selects(spec.podSelector ?? {}, policed),
  );
  if (selecting.length === 0) return true;
  return selecting.some((policy) =>
    (policy.spec[rules as string] ?? []).some((rule: Json) => {
      const peers: readonly Json[] = rule[ends as string] ?? [];
      const ports: readonly Json[] = rule.ports ?? [];
      return (
        (peers.length === 0 || peers.some((peer) => peerMatches(peer, other, policy.metadata.namespace))) &&
        (ports.length === 0 || ports.some((each) => portMatches(each, called.port, called.pod)))
      );
    }),
  );
}

/** Whether the policies of the called pod's namespace let the caller in. */
export const ingressAllowed = (policies: readonly Json[], pod: Json, port: number, source: Peer): boolean =>
  allowed(policies, 'Ingress', pod.metadata.labels ?? {}, source, { pod, port });

/** Whether those of the caller's own let it out. No policy holds for what is on its node's network. */
export const egressAllowed = (
  policies: readonly Json[],
  source: Peer,
  pod: Json,
  port: number,
  namespace: Json,
): boolean =>
  source.onHostNetwork ||
  allowed(
    policies,
    'Egress',
    source.labels,
    {
      labels: pod.metadata.labels ?? {},
      namespace: { name: pod.metadata.namespace, labels: namespace.metadata.labels },
      address: pod.status?.podIP ?? '',
      onHostNetwork: pod.spec.hostNetwork === true,
    },
    { pod, port },
  );
