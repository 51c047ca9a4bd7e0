import { condition, textAt } from '../../src/core/kubernetes/field.ts';
import { kinds, ref } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../src/core/remedy.ts';
import { asksRealCa } from './budget.ts';
import { hostsOf } from './chain.ts';
import { isOver } from './last-failure.ts';
import type { CertView } from './view.ts';

const testIssuer = 'letsencrypt-staging';
const canaryLabel = 'orion-setup/canary';

export const isCanary = ({ metadata }: KubernetesObject): boolean => metadata.labels?.[canaryLabel] !== undefined;

/** What costs nothing first, where a try at the real CA would cost, or is not taken at all. At a test CA itself it would prove nothing. */
export const canaries = (view: CertView, certificate: KubernetesObject): readonly Remedy[] =>
  asksRealCa(view.issuerIfSeen()) ? [proveWithTestCa(view, certificate)] : [];

/**
 * The same names from the test CA, into a Secret of its own: shows that the whole way works, from DNS to the solver, and spends
 * nothing of the real CA's limits. The Secret is made first and empty, so that it is ours to delete.
 */
function proveWithTestCa(view: CertView, certificate: KubernetesObject): Remedy {
  const { namespace = '' } = certificate.metadata;
  const name = `${certificate.metadata.name}-canary`;
  const metadata = { name, namespace, labels: { [canaryLabel]: 'true' } };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque' };
  const canary = {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata,
    spec: {
      secretName: name,
      dnsNames: hostsOf(certificate),
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: testIssuer },
    },
  };
  return {
    id: 'prove-with-test-ca',
    title: `Prove that all is well by a throw-away certificate of ${testIssuer}, which is deleted again`,
    risk: 'low',
    automatic: 'yes',
    commands: [
      `kubectl create -f - <<< '${JSON.stringify(canary)}'`,
      `kubectl -n ${namespace} wait --for=condition=Ready --timeout=3m certificate/${name}`,
      `kubectl -n ${namespace} delete certificate/${name} secret/${name}`,
    ],
    changes: [
      { do: 'create', object: secret },
      { do: 'create', object: canary },
    ],
    undo: 'It is deleted again by itself, also by the next start after a run that was cut off.',
    reversible: true,
    blockedBy: blocked(view, name),
    trial: ref(kinds.Certificate, name, namespace),
    healsWithin: 180,
  };
}

function blocked(view: CertView, name: string): string | null {
  const issuers = view.sight.tryList(kinds.ClusterIssuer);
  const issuer = issuers.ok ? issuers.value.find(({ metadata }) => metadata.name === testIssuer) : undefined;
  if (!issuer || condition(issuer, 'Ready')?.status !== 'True')
    return `ClusterIssuer ${testIssuer} is not there or not Ready`;
  const certificates = view.sight.tryList(kinds.Certificate, view.namespace);
  if (certificates.ok && certificates.value.some(({ metadata }) => metadata.name === name))
    return `Certificate ${name} is there already`;
  // cert-manager runs one Challenge for a host at a time.
  return view.openChallenges().some((challenge) => !isOver(textAt(challenge, 'status.state')))
    ? 'a challenge for the same host is under way'
    : null;
}
