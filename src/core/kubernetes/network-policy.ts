import { at, listAt, textAt, textsAt } from './field.ts';
import type { KubernetesObject } from './object.ts';
import { selects } from './selectors.ts';

/** Who wants to connect. Addresses are not known here, so an ipBlock can only be answered by "perhaps". */
export type Peer = {
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly podLabels: Readonly<Record<string, string>>;
};

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
  pod: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
  from: Peer,
  port: number,
): Admission {
  const guarding = policies.filter(
    (policy) =>
      policy.metadata.namespace === pod.namespace &&
      isForIngress(policy) &&
      selects(at(policy, 'spec.podSelector'), pod.labels),
  );
  if (guarding.length === 0) return { admitted: 'yes' };
  const answers = guarding.flatMap((policy) =>
    listAt(policy, 'spec.ingress')
      .filter((rule) => opensPort(rule, port))
      .flatMap((rule) =>
        listAt(rule, 'from').length === 0
          ? ['yes']
          : listAt(rule, 'from').map((peer) => isPeer(peer, from, pod.namespace)),
      ),
  );
  if (answers.includes('yes')) return { admitted: 'yes' };
  return { admitted: answers.includes('perhaps') ? 'perhaps' : 'no', policies: guarding };
}

/** policyTypes defaults to Ingress, whatever else it holds. */
function isForIngress(policy: KubernetesObject): boolean {
  const types = textsAt(policy, 'spec.policyTypes');
  return types.length === 0 || types.includes('Ingress');
}

/** No ports means all. A named port is not resolved here: the solver's pod names none, so it opens nothing of it. */
function opensPort(rule: unknown, port: number): boolean {
  const ports = listAt(rule, 'ports');
  return (
    ports.length === 0 ||
    ports.some((entry) => {
      const first = at(entry, 'port');
      const last = at(entry, 'endPort');
      if ((textAt(entry, 'protocol') ?? 'TCP') !== 'TCP') return false;
      if (first === undefined) return true;
      if (typeof first !== 'number') return false;
      return typeof last === 'number' ? first <= port && port <= last : first === port;
    })
  );
}

function isPeer(peer: unknown, from: Peer, ownNamespace: string): 'yes' | 'no' | 'perhaps' {
  if (at(peer, 'ipBlock') !== undefined) return 'perhaps';
  const namespaceSelector = at(peer, 'namespaceSelector');
  const podSelector = at(peer, 'podSelector');
  const inNamespace =
    namespaceSelector === undefined
      ? from.namespace === ownNamespace
      : selects(namespaceSelector, from.namespaceLabels);
  return inNamespace && (podSelector === undefined || selects(podSelector, from.podLabels)) ? 'yes' : 'no';
}
