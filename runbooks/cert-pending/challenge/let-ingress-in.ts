import { stringify } from 'yaml';
import { byHand } from '../../../src/core/by-hand.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { type CertView, ingressNamespace } from '../view.ts';
import { controllerLabels, type IngressPeers } from './ingress-peers.ts';

export const solverPort = 8089;
export const policyName = 'allow-acme-http01-solver';

/** Which addresses the nodes have is for a person to say: they come and go. */
export const letNodesIn = (view: CertView): Remedy =>
  byHand({
    id: 'let-nodes-reach-solver',
    title: `Add a NetworkPolicy that lets the nodes' addresses reach the solver on port ${solverPort}`,
    risk: 'low',
    commands: [
      'kubectl get nodes -o wide',
      `kubectl apply -f - <<'EOF'\n${stringify(
        solverPolicy(view.namespace, [{ ipBlock: { cidr: 'THE-NODES-ADDRESSES/24' } }]),
      )}EOF`,
    ],
  });

/** One policy for the solver pods alone. */
const solverPolicy = (namespace: string, from: readonly object[]): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: policyName, namespace },
  spec: {
    podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
    policyTypes: ['Ingress'],
    ingress: [{ from, ports: [{ port: solverPort, protocol: 'TCP' }] }],
  },
});

export function letIngressIn(view: CertView): Remedy {
  const object = solverPolicy(view.namespace, [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ingressNamespace } } },
  ]);
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

/** The controller's namespace is the platform's: what it may call is for them to say. */
export function letIngressOut(view: CertView, { peers }: IngressPeers): Remedy {
  const { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': component } = {
    ...controllerLabels,
    ...peers[0]?.podLabels,
  };
  const object: KubernetesObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: policyName, namespace: ingressNamespace },
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': component } },
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': view.namespace } } }],
          ports: [{ port: solverPort, protocol: 'TCP' }],
        },
      ],
    },
  };
  return byHand({
    id: 'let-ingress-go-to-solver',
    title: `Add one NetworkPolicy to ${ingressNamespace}: its controller may go to port ${solverPort} of ${view.namespace}`,
    risk: 'low',
    commands: [`kubectl apply -f - <<'EOF'\n${stringify(object)}EOF`],
  });
}
