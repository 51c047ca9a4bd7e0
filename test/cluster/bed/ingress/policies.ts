import { BlockList } from 'node:net';
import type { Json } from '../api-client.ts';

/** Whether NetworkPolicies let one pod reach another. Written apart from the tool's own evaluation, which it is there to prove. */
export type Peer = {
  readonly labels: Labels;
  readonly namespace: { readonly name: string; readonly labels: Labels };
  readonly address: string;
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

/** A pod that no policy selects for ingress is open; one that some select is reached where any rule of any of them says so. */
export function ingressAllowed(policies: readonly Json[], pod: Json, port: number, source: Peer): boolean {
  const selecting = policies.filter(
    (policy) =>
      (policy.spec.policyTypes ?? ['Ingress']).includes('Ingress') &&
      selects(policy.spec.podSelector ?? {}, pod.metadata.labels ?? {}),
  );
  if (selecting.length === 0) return true;
  return selecting.some((policy) =>
    (policy.spec.ingress ?? []).some(
      (rule: Json) =>
        ((rule.from ?? []).length === 0 ||
          rule.from.some((peer: Json) => peerMatches(peer, source, policy.metadata.namespace))) &&
        ((rule.ports ?? []).length === 0 || rule.ports.some((each: Json) => portMatches(each, port, pod))),
    ),
  );
}
