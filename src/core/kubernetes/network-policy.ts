import { isWithin } from '../addresses.ts';
import { at, listAt, textAt, textMapAt, textsAt } from './field.ts';
import type { KubernetesObject } from './object.ts';
import { selects } from './selectors.ts';

/** The other end. Where its address is not known, an ipBlock can only be answered by "perhaps". */
export type Peer = {
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly address?: string | undefined;
  /** Known by its address alone, as what is on its node's network or outside: selectors do not match it, whatever its labels (networking.k8s.io/v1). */
  readonly byAddressOnly?: boolean;
};

/** What is outside has no labels. */
export const outside = (address: string): Peer => ({
  namespace: '',
  namespaceLabels: {},
  podLabels: {},
  address,
  byAddressOnly: true,
});

export type Admission =
  | { readonly admitted: 'yes' }
  /** The policies that select the pod and let this peer not in. */
  | { readonly admitted: 'no'; readonly policies: readonly KubernetesObject[] }
  /** An ipBlock may or may not hold the peer's address. */
  | { readonly admitted: 'perhaps'; readonly policies: readonly KubernetesObject[] };

/**
 * Evaluates the NetworkPolicies of a pod's namespace for one incoming TCP connection, as the API defines them
 * (networking.k8s.io/v1: policies add up, a pod that none selects is open). Whether the network enforces them is not known here.
 */
export function admitsIngress(
  policies: readonly KubernetesObject[],
  pod: PolicedPod,
  from: Peer,
  port: PodPort,
): Admission {
  const guarding = guardsOf(policies, pod).filter((policy) => {
    const types = textsAt(policy, 'spec.policyTypes');
    // The default is Ingress, whatever else the policy holds.
    return types.length === 0 || types.includes('Ingress');
  });
  return admission(guarding, 'ingress', 'from', pod, from, port);
}

/** The same for the way out: the policies of the caller's namespace, for one TCP connection to `to`. */
export function admitsEgress(
  policies: readonly KubernetesObject[],
  pod: PolicedPod,
  to: Peer,
  port: PodPort,
): Admission {
  const guarding = guardsOf(policies, pod).filter((policy) => {
    const types = textsAt(policy, 'spec.policyTypes');
    return types.length === 0 ? listAt(policy, 'spec.egress').length > 0 : types.includes('Egress');
  });
  return admission(guarding, 'egress', 'to', pod, to, port);
}

/** The pod whose policies are asked. */
export type PolicedPod = { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };

/** The port of the pod that is connected to, and the name it has there: policies may call it by either. */
export type PodPort = { readonly number: number; readonly name: string | undefined };

const guardsOf = (policies: readonly KubernetesObject[], pod: PolicedPod): readonly KubernetesObject[] =>
  policies.filter(
    (policy) =>
      policy.metadata.namespace === pod.namespace &&
      // "This field is optional. If it is not specified, it defaults to an empty selector."
      selects(at(policy, 'spec.podSelector') ?? {}, pod.labels),
  );

function admission(
  guarding: readonly KubernetesObject[],
  rules: 'ingress' | 'egress',
  ends: 'from' | 'to',
  pod: PolicedPod,
  peer: Peer,
  port: PodPort,
): Admission {
  if (guarding.length === 0) return { admitted: 'yes' };
  const answers = guarding.flatMap((policy) =>
    listAt(policy, `spec.${rules}`)
      .filter((rule) => opensPort(rule, port))
      .flatMap((rule) =>
        listAt(rule, ends).length === 0
          ? ['yes']
          : listAt(rule, ends).map((entry) => isPeer(entry, peer, pod.namespace)),
      ),
  );
  if (answers.includes('yes')) return { admitted: 'yes' };
  return { admitted: answers.includes('perhaps') ? 'perhaps' : 'no', policies: guarding };
}

/** No ports means all. */
function opensPort(rule: unknown, { number: port, name }: PodPort): boolean {
  const ports = listAt(rule, 'ports');
  return (
    ports.length === 0 ||
    ports.some((entry) => {
      const first = at(entry, 'port');
      const last = at(entry, 'endPort');
      if ((textAt(entry, 'protocol') ?? 'TCP') !== 'TCP') return false;
      if (first === undefined) return true;
      if (typeof first === 'string') return first === name;
      if (typeof first !== 'number') return false;
      return typeof last === 'number' ? first <= port && port <= last : first === port;
    })
  );
}

function isInBlock(block: unknown, address: string | undefined): 'yes' | 'no' | 'perhaps' {
  if (address === undefined) return 'perhaps';
  const isIn = isWithin(address, textAt(block, 'cidr') ?? '');
  const excepted = textsAt(block, 'except').map((cidr) => isWithin(address, cidr));
  if (isIn === false || excepted.includes(true)) return 'no';
  return isIn === undefined || excepted.includes(undefined) ? 'perhaps' : 'yes';
}

function isPeer(peer: unknown, from: Peer, ownNamespace: string): 'yes' | 'no' | 'perhaps' {
  const block = at(peer, 'ipBlock');
  if (block !== undefined) return isInBlock(block, from.address);
  if (from.byAddressOnly) return 'no';
  const namespaceSelector = at(peer, 'namespaceSelector');
  const podSelector = at(peer, 'podSelector');
  const inNamespace =
    namespaceSelector === undefined
      ? from.namespace === ownNamespace
      : selects(namespaceSelector, from.namespaceLabels);
  return inNamespace && (podSelector === undefined || selects(podSelector, from.podLabels)) ? 'yes' : 'no';
}

/** Whether policies choose namespaces by nothing but the name, which the API server puts on every one of them as a label. */
export const chooseNamespacesByName = (policies: readonly KubernetesObject[]): boolean =>
  policies
    .flatMap((policy) => [...listAt(policy, 'spec.ingress'), ...listAt(policy, 'spec.egress')])
    .flatMap((rule) => [...listAt(rule, 'from'), ...listAt(rule, 'to')])
    .every((peer) => {
      const selector = at(peer, 'namespaceSelector');
      return (
        listAt(selector, 'matchExpressions').length === 0 &&
        Object.keys(textMapAt(selector, 'matchLabels')).every((key) => key === 'kubernetes.io/metadata.name')
      );
    });
