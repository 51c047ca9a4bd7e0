import type { Cause, Evidence, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { at, listAt, textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { chooseNamespacesByName } from '../../../src/core/kubernetes/network-policy.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { quote, selfCheckIn } from '../messages.ts';
import { described } from '../outside/described.ts';
import { addressesIn, type CertView, hasKey, ingressNamespace } from '../view.ts';
import { controllerLabels, type IngressPeers, ingressPeers } from './ingress-peers.ts';
import { ingressPods } from './ingress-pods.ts';
import { letIngressIn, letIngressOut, letNodesIn, solverPort } from './let-ingress-in.ts';
import { type Solver, solverOf, wayIn, wayOut } from './solver-way.ts';

export const networkpolicyBlocksSolver: Cause<CertView> = {
  code: 'networkpolicy-blocks-solver',
  title: 'A NetworkPolicy keeps the ingress from the solver pod',
  severity: 'error',
  owner: 'security',
  explains: ['http01-intercepted', 'acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    const hosts = view.doubtfulHosts();
    if (hosts.length === 0) return clear();
    const challenges = view.httpChallenges();
    const ingress = ingressPeers(view);
    const solver = solverOf(view, challenges);
    const inwards = wayIn(view, solver, ingress);
    if (inwards.admitted === 'yes') return outwards(view, challenges, solver, ingress);
    // An ipBlock may hold the controller's address: not provable from here, and where the pods may not be seen, not even looked at.
    if (inwards.admitted === 'perhaps') {
      if (proofSeen(view, challenges)) view.sight.list(kinds.Pod, ingressNamespace, ingressPods.labels);
      return clear();
    }
    const fromNodes = ingress.peers.every(({ byAddressOnly }) => byAddressOnly);
    const unsure = fromNodes ? undefined : unsureOfPeer(view, inwards.policies);
    if (unsure) return unsure;
    if (challenges.flatMap(view.looksAt).some(hasKey)) return notEnforced;

    const stopped = proofIn(view, challenges);
    const [policy] = inwards.policies;
    // A policy that nothing has run into yet is not what holds this certificate up; it shows once what stands before it is mended.
    if (!policy || (!stopped && !(challenges.length === 0 && isReached(view, hosts)))) return clear();
    const unsureToo = ingress.isSeen ? undefined : unsureOfPods(inwards.policies);
    if (unsureToo) return unsureToo;
    return found({
      object: refTo(policy),
      because: `${selecting(inwards.policies)} the solver pod, and no policy of ${view.namespace} lets the ${
        fromNodes
          ? "nodes reach its port 8089: the ingress controller is on its node's network, so it comes from the node's address, and no selector of pods or namespaces matches it."
          : `namespace ${ingressNamespace} reach its port ${solverPort}.`
      }`,
      confidence: stopped?.from.startsWith('GET') ? 'confirmed' : 'likely',
      evidence: [
        saw(policy, 'spec.podSelector'),
        saw(policy, 'spec.ingress', `TCP ${solverPort} from ${fromNodes ? 'the nodes' : ingressNamespace}`),
        ...(stopped ? [stopped] : []),
      ],
      remedies: [fromNodes ? letNodesIn(view) : letIngressIn(view)],
    });
  },
};

const notEnforced = clear('the solver is reached all the same: this network does not enforce its NetworkPolicies');

const selecting = (policies: readonly KubernetesObject[]): string =>
  `${policies.map(({ metadata }) => `"${metadata.name}"`).join(', ')} ${policies.length > 1 ? 'select' : 'selects'}`;

/** The solver's namespace lets the controller in: then the controller's own may keep it from going there. */
function outwards(
  view: CertView,
  challenges: readonly KubernetesObject[],
  solver: Solver,
  ingress: IngressPeers,
): Verdict {
  const none = view.sight.list(kinds.NetworkPolicy, view.namespace).length === 0;
  const letIn = clear(
    none ? 'there are no NetworkPolicies' : `the NetworkPolicies let ${ingressNamespace} reach the solver`,
  );
  const stopped = proofSeen(view, challenges);
  if (!stopped) return letIn;
  const verdict = wayOut(view, solver, ingress);
  // Where the solver is not reached all the same, it matters whether the controller comes from its node's address.
  if (!none || verdict.admitted === 'no') view.sight.list(kinds.Pod, ingressNamespace, ingressPods.labels);
  if (verdict.admitted !== 'no') return letIn;
  if (challenges.flatMap(view.looksAt).some(hasKey)) return notEnforced;
  const [policy] = verdict.policies;
  if (!policy) return letIn;
  return found({
    object: refTo(policy),
    because: `${selecting(verdict.policies)} the ingress controller, and no policy of ${ingressNamespace} lets it go to port ${solverPort} of the solver pod in ${view.namespace}.`,
    confidence: stopped.from.startsWith('GET') ? 'confirmed' : 'likely',
    evidence: [
      saw(policy, 'spec.podSelector'),
      saw(policy, 'spec.egress', `TCP ${solverPort} to ${view.namespace}`),
      stopped,
    ],
    remedies: [letIngressOut(view, ingress)],
  });
}

/** Whether every host leads to an open port 80, so that the policy is the next thing in the way. */
const isReached = (view: CertView, hosts: readonly string[]): boolean =>
  hosts.every((host) => addressesIn(view.dns(host)).some((address) => view.sight.tcp(address, 80) === 'open'));

/**
 * What a dropped or refused connection to the solver looks like: 504 or 502 from the ingress, or an open port that never answers.
 * Not 503: that is what ingress-nginx says of a Service without ready pods.
 */
function proofIn(view: CertView, challenges: readonly KubernetesObject[]): Evidence | undefined {
  const seen = proofSeen(view, challenges);
  if (!seen) challenges.forEach(view.mustHaveLookedAt);
  return seen;
}

function proofSeen(view: CertView, challenges: readonly KubernetesObject[]): Evidence | undefined {
  const looks = challenges.flatMap(view.looksAt);
  const own = looks.find(
    ({ address, answer }) =>
      (answer.outcome === 'answered' && [502, 504].includes(answer.status)) ||
      (answer.outcome === 'failed' && answer.why === 'timed-out' && view.sight.tcp(address, 80) === 'open'),
  );
  if (own)
    return { from: `GET ${own.url} at ${own.address}`, saw: described(own), wanted: "200 and the challenge's key" };
  const told = challenges.find((challenge) => {
    const check = selfCheckIn(textAt(challenge, 'status.reason') ?? '');
    return check?.failed === 'status' && [502, 504].includes(check.status);
  });
  // Where our own look said otherwise, it is the newer word.
  if (told && looks.length === 0)
    return { from: nameOfObject(told), path: 'status.reason', saw: quote(textAt(told, 'status.reason') ?? '') };
  return undefined;
}

/** The controller may run in another namespace, or be let in by labels that were not seen. */
function unsureOfPeer(view: CertView, policies: readonly KubernetesObject[]): Verdict | undefined {
  const namespace = view.sight.tryGet(kinds.Namespace, ingressNamespace);
  if (namespace.ok) return undefined;
  const services = view.sight.tryList(kinds.Service, ingressNamespace);
  const isThere = namespace.why !== 'not-found' && services.ok && services.value.length > 0;
  return isThere && chooseNamespacesByName(policies)
    ? undefined
    : { verdict: 'unknown', what: `the labels of namespace ${ingressNamespace}`, because: namespace.detail };
}

/** The controller's pods are not looked at: they may have labels besides the usual ones, and a policy may go by those. */
function unsureOfPods(policies: readonly KubernetesObject[]): Verdict | undefined {
  const byOthers = policies
    .flatMap((policy) => listAt(policy, 'spec.ingress'))
    .flatMap((rule) => listAt(rule, 'from'))
    .find((peer) => {
      const selector = at(peer, 'podSelector');
      // Without a namespaceSelector it is about pods of the policy's own namespace.
      if (at(peer, 'namespaceSelector') === undefined) return false;
      return (
        listAt(selector, 'matchExpressions').length > 0 ||
        Object.keys(textMapAt(selector, 'matchLabels')).some((key) => !(key in controllerLabels))
      );
    });
  return byOthers
    ? {
        verdict: 'unknown',
        what: `the labels of the ingress controller's pods in ${ingressNamespace}`,
        because: 'a NetworkPolicy goes by them, and they are not looked at',
      }
    : undefined;
}
