import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { admitsIngress } from '../../../src/core/kubernetes/network-policy.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { solverLabels } from '../chain.ts';
import { quote, selfCheckIn } from '../messages.ts';
import { described } from '../outside/described.ts';
import { type CertView, ingressNamespace } from '../view.ts';

const solverPort = 8089;
const policyName = 'allow-acme-http01-solver';

export const networkpolicyBlocksSolver: Cause<CertView> = {
  code: 'networkpolicy-blocks-solver',
  title: 'A NetworkPolicy keeps the ingress from the solver pod',
  severity: 'error',
  owner: 'security',
  explains: ['http01-intercepted', 'acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    const [challenge] = view.openChallenges();
    if (!challenge) return clear();
    const policies = view.sight.list(kinds.NetworkPolicy, view.namespace);
    const verdict = admitsIngress(
      policies,
      { namespace: view.namespace, labels: podLabels(view, challenge) },
      ingressPeer(view),
      solverPort,
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

    const looks = view.looksAt(challenge);
    if (looks.some(({ answer }) => answer.outcome === 'answered' && answer.isKey)) {
      return clear('the solver is reached all the same: this network does not enforce its NetworkPolicies');
    }
    const gateway = looks.find(
      ({ answer }) => answer.outcome === 'answered' && [502, 503, 504].includes(answer.status),
    );
    const selfCheck = selfCheckIn(textAt(challenge, 'status.reason') ?? '');
    const timedOut =
      selfCheck &&
      (selfCheck.failed === 'timed-out' ||
        (selfCheck.failed === 'status' && [502, 503, 504].includes(selfCheck.status)));
    const [policy] = verdict.policies;
    if (!policy) return clear();
    const names = verdict.policies.map(({ metadata }) => `"${metadata.name}"`).join(', ');
    return found({
      object: refTo(policy),
      because: `${names} ${verdict.policies.length > 1 ? 'select' : 'selects'} the solver pod, and no policy of ${view.namespace} lets the namespace ${ingressNamespace} reach its port ${solverPort}.`,
      confidence: gateway ? 'confirmed' : 'likely',
      evidence: [
        saw(policy, 'spec.podSelector'),
        saw(policy, 'spec.ingress', `TCP ${solverPort} from ${ingressNamespace}`),
        ...(gateway
          ? [
              {
                from: `GET ${gateway.url} at ${gateway.address}`,
                saw: described(gateway),
                wanted: "200 and the challenge's key",
              },
            ]
          : []),
        ...(timedOut
          ? [
              {
                from: nameOfObject(challenge),
                path: 'status.reason',
                saw: quote(textAt(challenge, 'status.reason') ?? ''),
              },
            ]
          : []),
      ],
      remedies: [letIngressIn(view)],
    });
  },
};

/** The solver's labels are cert-manager's own and known; the pod's are taken where it may be seen. */
function podLabels(view: CertView, challenge: KubernetesObject): Readonly<Record<string, string>> {
  const pods = view.sight.tryList(kinds.Pod, view.namespace, solverLabels);
  const pod = pods.ok ? pods.value.find((item) => isOwnedBy(item, challenge)) : undefined;
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
    podLabels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' },
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
    commands: [`kubectl apply -f - <<'EOF'\n${JSON.stringify(object, null, 2)}\nEOF`],
    changes: [{ do: 'create', object }],
    undo: `Deletes NetworkPolicy ${policyName} again.`,
    reversible: true,
    blockedBy: exists ? `NetworkPolicy ${policyName} exists already and does not help` : null,
    healsWithin: 180,
  };
}
