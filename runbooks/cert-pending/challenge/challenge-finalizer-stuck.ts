import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { hostsOf } from '../chain.ts';
import { quote } from '../messages.ts';
import { certManagerNamespace } from '../versions.ts';
import type { CertView } from '../view.ts';

/** The present one, and that of versions before 1.0. */
const finalizers = ['acme.cert-manager.io/finalizer', 'finalizer.acme.cert-manager.io'];
const cleanUpError = 'Error cleaning up challenge: ';
/** Clean-up takes some seconds (seen: under five). */
const patienceMs = 60_000;

export const challengeFinalizerStuck: Cause<CertView> = {
  code: 'challenge-finalizer-stuck',
  title: 'A deleted Challenge is not let go',
  severity: 'error',
  owner: 'platform',
  explains: ['challenge-not-scheduled', 'issuance-backoff'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const stuck = challengesInSight(view).find((item) => isStuck(item, hostsOf(certificate), view.sight.now));
    if (!stuck) return clear();
    const error = errorOf(view, stuck);
    return found({
      object: refTo(stuck),
      because: error
        ? `Challenge ${stuck.metadata.namespace}/${stuck.metadata.name} was deleted, and cert-manager cannot clean up after it: ${quote(error)}.`
        : `Challenge ${stuck.metadata.namespace}/${stuck.metadata.name} was deleted, and its finalizer still holds it.`,
      confidence: error ? 'confirmed' : 'likely',
      evidence: [
        saw(stuck, 'metadata.deletionTimestamp'),
        saw(stuck, 'metadata.finalizers', 'absent'),
        ...(error ? [{ from: nameOfObject(stuck), path: 'status.reason', saw: quote(error) }] : []),
      ],
      remedies: [letItCleanUp(stuck)],
      // Without a word of cert-manager's it is the controller that does not work at it: something deeper.
      ...(error ? {} : { symptom: true as const }),
    });
  },
};

/** Those of other namespaces only where they were looked at anyway: there they matter only to a Challenge that waits for them. */
function challengesInSight({ sight, namespace }: CertView): readonly KubernetesObject[] {
  const all = sight.tryList(kinds.Challenge);
  return all.ok ? all.value : sight.list(kinds.Challenge, namespace);
}

function isStuck(challenge: KubernetesObject, hosts: readonly string[], now: Date): boolean {
  const deleted = timeAt(challenge, 'metadata.deletionTimestamp');
  return (
    deleted !== undefined &&
    now.getTime() - deleted.getTime() >= patienceMs &&
    hosts.includes(textAt(challenge, 'spec.dnsName') ?? '') &&
    (challenge.metadata.finalizers ?? []).some((name) => finalizers.includes(name))
  );
}

function errorOf({ sight, namespace }: CertView, challenge: KubernetesObject): string | undefined {
  const reason = textAt(challenge, 'status.reason') ?? '';
  if (reason.startsWith(cleanUpError)) return reason.slice(cleanUpError.length);
  const events = challenge.metadata.namespace === namespace ? sight.tryList(kinds.Event, namespace) : undefined;
  const event = events?.ok
    ? events.value.find(
        (item) =>
          textAt(item, 'reason') === 'CleanUpError' && textAt(item, 'involvedObject.uid') === challenge.metadata.uid,
      )
    : undefined;
  return textAt(event, 'message')?.replace(cleanUpError, '');
}

/** Taking the finalizer away by hand leaves the solver's objects behind, so it is not even offered. */
const letItCleanUp = ({ metadata: { namespace, name } }: KubernetesObject): Remedy =>
  byHand({
    id: 'let-it-clean-up',
    title:
      'Have what refuses the clean-up (a policy, a missing right, a DNS provider) mended; cert-manager tries again by itself',
    risk: 'high',
    commands: [
      `kubectl -n ${namespace} describe challenge ${name}`,
      `kubectl -n ${namespace} get pods,services,ingresses -l acme.cert-manager.io/http01-solver=true`,
      `kubectl -n ${namespace} auth can-i delete ingresses --as system:serviceaccount:${certManagerNamespace}:cert-manager`,
    ],
  });
