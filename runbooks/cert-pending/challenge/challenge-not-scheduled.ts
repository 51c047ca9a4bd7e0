import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Found } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { at, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { hostsOf } from '../chain.ts';
import { isOver } from '../last-failure.ts';
import type { CertView } from '../view.ts';

/** Scheduling takes a second; a sound Challenge of the same host is over within a minute. */
const patienceMs = 120_000;
/** cert-manager, --max-concurrent-challenges. */
const mostAtOnce = 60;

export const challengeNotScheduled: Cause<CertView> = {
  code: 'challenge-not-scheduled',
  title: 'The Challenge waits for another one of the same host',
  severity: 'error',
  owner: 'operator',
  explains: ['issuance-backoff'],
  look(view) {
    const now = view.sight.now.getTime();
    const waiting = view
      .openChallenges()
      .filter(isUnscheduled)
      .find((item) => now - (timeAt(item, 'metadata.creationTimestamp')?.getTime() ?? now) >= patienceMs);
    if (!waiting) return clear();
    const near = rivalOf(waiting, view.sight.list(kinds.Challenge, view.namespace));
    const all = near ? [] : view.sight.list(kinds.Challenge);
    const rival = near ?? rivalOf(waiting, all);
    if (rival) return behind(view, waiting, rival);
    const busy = all.filter(isInProgress).length;
    return busy >= mostAtOnce
      ? behindMany(waiting, busy)
      : clear(`no other Challenge for ${textAt(waiting, 'spec.dnsName')} is in progress in the cluster`);
  },
};

/** Nothing of a status yet, and not even the finalizer (seen). `processing: false` is what a finished one shows. */
export const isUnscheduled = (challenge: KubernetesObject): boolean =>
  !textAt(challenge, 'status.state') &&
  at(challenge, 'status.processing') !== true &&
  challenge.metadata.deletionTimestamp === undefined;

const isInProgress = (challenge: KubernetesObject): boolean =>
  at(challenge, 'status.processing') === true && !isOver(textAt(challenge, 'status.state'));

/** cert-manager never works at two Challenges of one host and type, whatever their issuers (pkg/controller/acmechallenges/scheduler). */
const rivalOf = (challenge: KubernetesObject, all: readonly KubernetesObject[]): KubernetesObject | undefined =>
  all.find(
    (other) =>
      other.metadata.uid !== challenge.metadata.uid &&
      isInProgress(other) &&
      textAt(other, 'spec.dnsName') === textAt(challenge, 'spec.dnsName') &&
      textAt(other, 'spec.type') === textAt(challenge, 'spec.type'),
  );

function behind(view: CertView, challenge: KubernetesObject, rival: KubernetesObject): Found {
  const { namespace = '', name, deletionTimestamp } = rival.metadata;
  const host = textAt(challenge, 'spec.dnsName') ?? '';
  return found({
    object: refTo(rival),
    because: `cert-manager works at one Challenge for ${host} at a time, and ${namespace}/${name} is in progress${deletionTimestamp ? ', although it is being deleted' : ''}.`,
    confidence: 'confirmed',
    evidence: [
      saw(challenge, 'status'),
      { from: `${nameOfObject(rival)} in ${namespace}`, path: 'spec.dnsName', saw: host },
      { from: `${nameOfObject(rival)} in ${namespace}`, path: 'status.processing', saw: 'true' },
    ],
    remedies: [finishTheOther(view, rival, host)],
  });
}

function finishTheOther({ sight, namespace: own }: CertView, rival: KubernetesObject, host: string): Remedy {
  const { namespace = '', name } = rival.metadata;
  const listed = namespace === own ? sight.tryList(kinds.Certificate, own) : sight.tryList(kinds.Certificate);
  const certificate = listed.ok
    ? listed.value.find(
        (item) => item.metadata.namespace === namespace && hostsOf(item).includes(host) && isOf(rival, item),
      )
    : undefined;
  return byHand({
    id: 'finish-the-other-challenge',
    title: `Mend the Certificate of ${namespace} that asks for ${host} too, or take the host from it: one host belongs to one namespace`,
    risk: 'low',
    commands: [
      `orion-setup runbook cert-pending${certificate ? ` ${certificate.metadata.name}` : ''} -n ${namespace}`,
      `kubectl -n ${namespace} get challenge ${name} -o yaml`,
      'kubectl get certificates,challenges -A',
    ],
  });
}

/** Names of Challenges begin with that of their Certificate. Enough for a hint, not for a proof. */
const isOf = (challenge: KubernetesObject, certificate: KubernetesObject): boolean =>
  challenge.metadata.name.startsWith(`${certificate.metadata.name}-`);

function behindMany(challenge: KubernetesObject, busy: number): Found {
  return found({
    object: refTo(challenge),
    because: `${busy} Challenges are in progress in this cluster, and cert-manager works at ${mostAtOnce} at most.`,
    confidence: 'likely',
    evidence: [
      saw(challenge, 'status'),
      { from: 'Challenges of the cluster', path: 'status.processing', saw: `${busy} in progress` },
    ],
    remedies: [
      byHand({
        id: 'clear-the-queue',
        title: 'Have the Challenges that get nowhere mended or their Certificates deleted',
        risk: 'low',
        commands: ['kubectl get challenges -A --sort-by=.metadata.creationTimestamp'],
      }),
    ],
  });
}
