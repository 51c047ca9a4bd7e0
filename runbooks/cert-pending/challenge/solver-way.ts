import { at, listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import {
  type Admission,
  admitsEgress,
  admitsIngress,
  chooseNamespacesByName,
  type Peer,
  type PodPort,
} from '../../../src/core/kubernetes/network-policy.ts';
import { isOwnedBy, type KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { CouldNotLook } from '../../../src/core/sight.ts';
import { solverLabels } from '../chain.ts';
import { type CertView, ingressNamespace } from '../view.ts';
import type { IngressPeers } from './ingress-peers.ts';
import { solverPort } from './let-ingress-in.ts';

/** What cert-manager calls it in the solver pod: a policy may open it by this name. */
const solverPortName = 'http';

/** The solver pod as policies see it. Its labels are cert-manager's own and known; where it may be seen, they are taken from there. */
export type Solver = { readonly pod: Peer; readonly port: PodPort };

export function solverOf(view: CertView, challenges: readonly KubernetesObject[]): Solver {
  const pods = view.sight.tryList(kinds.Pod, view.namespace, solverLabels);
  const pod = pods.ok
    ? pods.value.find((item) => challenges.some((challenge) => isOwnedBy(item, challenge)))
    : undefined;
  return {
    pod: {
      namespace: view.namespace,
      namespaceLabels: { 'kubernetes.io/metadata.name': view.namespace },
      podLabels: pod?.metadata.labels ?? { 'acme.cert-manager.io/http01-solver': 'true' },
      address: textAt(pod, 'status.podIP'),
    },
    port: { number: solverPort, name: pod ? portNameIn(pod) : solverPortName },
  };
}

/** A port of another protocol may have the same number. */
const portNameIn = (pod: KubernetesObject): string | undefined =>
  listAt(pod, 'spec.containers')
    .flatMap((container) => listAt(container, 'ports'))
    .filter((port) => at(port, 'containerPort') === solverPort && (textAt(port, 'protocol') ?? 'TCP') === 'TCP')
    .flatMap((port) => textAt(port, 'name') ?? [])[0];

/** Of several pods of the controller one that gets through is enough: not every request is lost then. */
function best(admissions: readonly Admission[]): Admission {
  return (
    admissions.find(({ admitted }) => admitted === 'yes') ??
    admissions.find(({ admitted }) => admitted === 'perhaps') ??
    admissions[0] ?? { admitted: 'yes' }
  );
}

/** What the policies of the solver's namespace say to the ingress controller. */
export const wayIn = (view: CertView, { pod, port }: Solver, { peers }: IngressPeers): Admission => {
  const policies = view.sight.list(kinds.NetworkPolicy, view.namespace);
  const policed = { namespace: pod.namespace, labels: pod.podLabels };
  return best(peers.map((peer) => admitsIngress(policies, policed, peer, port)));
};

/**
 * What those of the controller's own namespace say to its way out. Throws where they may not be seen; kept evidence in which nobody
 * looked at them tells nothing of them. No policy holds for a pod on its node's network.
 */
export function wayOut(view: CertView, { pod, port }: Solver, { peers }: IngressPeers): Admission {
  if (peers.some(({ byAddressOnly }) => byAddressOnly)) return { admitted: 'yes' };
  const listed = view.sight.tryList(kinds.NetworkPolicy, ingressNamespace);
  if (!listed.ok && listed.why === 'not-looked') return { admitted: 'yes' };
  const policies = view.sight.list(kinds.NetworkPolicy, ingressNamespace);
  const verdict = best(
    peers.map(({ podLabels }) => admitsEgress(policies, { namespace: ingressNamespace, labels: podLabels }, pod, port)),
  );
  if (verdict.admitted === 'no' && !chooseNamespacesByName(verdict.policies)) {
    // The labels of the Certificate's namespace, besides its name, are not looked at.
    throw new CouldNotLook(`the labels of namespace ${pod.namespace}`, {
      ok: false,
      why: 'not-looked',
      detail: `a NetworkPolicy of ${ingressNamespace} goes by them`,
    });
  }
  return verdict;
}
