import { stringify } from 'yaml';
import type { Cause, Evidence, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { at, listAt, textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { admitsIngress } from '../../../src/core/kubernetes/network-policy.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { solverLabels } from '../chain.ts';
import { quote, selfCheckIn } from '../messages.ts';
import { described } from '../outside/described.ts';
import { addressesIn, type CertView, hasKey, ingressNamespace } from '../view.ts';

const solverPort = 8089;
/** What cert-manager calls it in the solver pod: a policy may open it by this name. */
const solverPortName = 'http';
export const policyName = 'allow-acme-http01-solver';
/** As ingress-nginx's own chart and manifests label the controller. */
const controllerLabels = { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' };

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
    const policies = view.sight.list(kinds.NetworkPolicy, view.namespace);
    const verdict = admitsIngress(
      policies,
      { namespace: view.namespace, labels: podLabels(view, challenges) },
      ingressPeer(view),
      { number: solverPort, name: solverPortName },
    );
    if (verdict.admitted === 'yes') {
      return clear(
        policies.length > 0
          ? `the NetworkPolicies let ${ingressNamespace} reach the solver`
          : 'there are no NetworkPolicies',
      );
    }
    // An ipBlock may hold the controller's address: not provable from here.
    if (verdict.admitted === 'perhaps') return clear();
    const unsure = unsureOfPeer(view, verdict.policies);
    if (unsure) return unsure;
    if (challenges.flatMap(view.looksAt).some(hasKey))
      return clear('the solver is reached all the same: this network does not enforce its NetworkPolicies');

    const stopped = proofIn(view, challenges);
    const [policy] = verdict.policies;
    // A policy that nothing has run into yet is not what holds this certificate up; it shows once what stands before it is mended.
    if (!policy || (!stopped && !(challenges.length === 0 && isReached(view, hosts)))) return clear();
    const unsureToo = unsureOfPods(verdict.policies);
    if (unsureToo) return unsureToo;
    const names = verdict.policies.map(({ metadata }) => `"${metadata.name}"`).join(', ');
    return found({
      object: refTo(policy),
      because: `${names} ${verdict.policies.length > 1 ? 'select' : 'selects'} the solver pod, and no policy of ${view.namespace} lets the namespace ${ingressNamespace} reach its port ${solverPort}.`,
      confidence: stopped?.from.startsWith('GET') ? 'confirmed' : 'likely',
      evidence: [
        saw(policy, 'spec.podSelector'),
        saw(policy, 'spec.ingress', `TCP ${solverPort} from ${ingressNamespace}`),
        ...(stopped ? [stopped] : []),
      ],
      remedies: [letIngressIn(view)],
    });
  },
};

/** Whether every host leads to an open port 80, so that the policy is the next thing in the way. */
const isReached = (view: CertView, hosts: readonly string[]): boolean =>
  hosts.every((host) => addressesIn(view.dns(host)).some((address) => view.sight.tcp(address, 80) === 'open'));

/**
 * What a dropped or refused connection to the solver looks like: 504 or 502 from the ingress, or an open port that never answers.
 * Not 503: that is what ingress-nginx says of a Service without ready pods.
 */
function proofIn(view: CertView, challenges: readonly KubernetesObject[]): Evidence | undefined {
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
  challenges.forEach(view.mustHaveLookedAt);
  return undefined;
}

/** The controller may run in another namespace, or be let in by labels that were not seen. */
function unsureOfPeer(view: CertView, policies: readonly KubernetesObject[]): Verdict | undefined {
  const namespace = view.sight.tryGet(kinds.Namespace, ingressNamespace);
  if (namespace.ok) return undefined;
  const services = view.sight.tryList(kinds.Service, ingressNamespace);
  const isThere = namespace.why !== 'not-found' && services.ok && services.value.length > 0;
  return isThere && goByName(policies)
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

/** Whether the policies choose namespaces by nothing but the name, which the API server puts on every one of them as a label. */
const goByName = (policies: readonly KubernetesObject[]): boolean =>
  policies
    .flatMap((policy) => listAt(policy, 'spec.ingress'))
    .flatMap((rule) => listAt(rule, 'from'))
    .every((peer) => {
      const selector = at(peer, 'namespaceSelector');
      return (
        listAt(selector, 'matchExpressions').length === 0 &&
        Object.keys(textMapAt(selector, 'matchLabels')).every((key) => key === 'kubernetes.io/metadata.name')
      );
    });

/** The solver's labels are cert-manager's own and known; the pod's are taken where it may be seen. */
function podLabels(view: CertView, challenges: readonly KubernetesObject[]): Readonly<Record<string, string>> {
  const pods = view.sight.tryList(kinds.Pod, view.namespace, solverLabels);
  const pod = pods.ok
    ? pods.value.find((item) => challenges.some((challenge) => isOwnedBy(item, challenge)))
    : undefined;
  return pod?.metadata.labels ?? { 'acme.cert-manager.io/http01-solver': 'true' };
}

function ingressPeer(view: CertView) {
  const namespace = view.sight.tryGet(kinds.Namespace, ingressNamespace);
  return {
    namespace: ingressNamespace,
    // The API server sets this label on every namespace, so it is known even where the object may not be read.
    namespaceLabels: {
      'kubernetes.io/metadata.name': ingressNamespace,
      ...(namespace.ok ? namespace.value.metadata.labels : {}),
    },
    podLabels: controllerLabels,
  };
}

function letIngressIn(view: CertView): Remedy {
  const object: KubernetesObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: policyName, namespace: view.namespace },
    spec: {
      podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ingressNamespace } } }],
          ports: [{ port: solverPort, protocol: 'TCP' }],
        },
      ],
    },
  };
  const exists = view.sight
    .list(kinds.NetworkPolicy, view.namespace)
    .some(({ metadata }) => metadata.name === policyName);
  return {
    id: 'let-ingress-reach-solver',
    title: `Add one NetworkPolicy: ${ingressNamespace} may reach the solver on port ${solverPort}`,
    risk: 'low',
    automatic: 'yes',
    commands: [`kubectl apply -f - <<'EOF'\n${stringify(object)}EOF`],
    changes: [{ do: 'create', object }],
    undo: `Deletes NetworkPolicy ${policyName} again.`,
    reversible: true,
    blockedBy: exists ? `NetworkPolicy ${policyName} exists already and does not help` : null,
    healsWithin: 180,
  };
}
