import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Verdict } from '../../../src/core/diagnosis.ts';
import { ago } from '../../../src/core/durations.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { numberAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { CouldNotLook } from '../../../src/core/sight.ts';
import { issuerRefOf, ownGroup } from '../chain.ts';
import type { CertView } from '../view.ts';
import { blindingIn } from './cert-manager-blinded.ts';
import { controllerNamespace, controllerOf, isDown, whyDown } from './installation.ts';
import { type Leadership, leadershipOf, optionOf } from './leadership.ts';
import { type Silence, secondsOf, silenceOf } from './silence.ts';
import { webhookTrouble } from './webhook-trouble.ts';

/** A status comes within a second where somebody looks; a controller that has just started needs some more. */
const patience = 60;

export const certManagerControllerDown: Cause<CertView> = {
  code: 'cert-manager-controller-down',
  title: 'cert-manager does not act',
  severity: 'error',
  owner: 'platform',
  explains: [
    'renewal-overdue',
    'request-not-approved',
    'issuer-changed',
    'acme-server-error',
    'challenge-not-scheduled',
    'challenge-finalizer-stuck',
  ],
  look(view) {
    const { certificate, sight } = view;
    const silence = silenceOf(view);
    if (!certificate || !silence) return clear();
    const deployment = controllerOf(sight);
    if (deployment && isDown(deployment)) return downVerdict(certificate, silence, deployment);
    if (silence.kind === 'unseen' && secondsOf(silence, sight.now) < patience) return clear();
    // It may be at work and be kept from it: that is another cause.
    if (silence.kind === 'unseen' && (blindingIn(view).length > 0 || webhookTrouble(sight))) return clear();
    const leadership = deployment && leadIfNeeded(view, silence, deployment);
    if (deployment && leadership?.isLost) return leaderless(certificate, silence, deployment, leadership, sight.now);
    // A chain that stands still, or a renewal that nobody began, has other reasons too: alone it proves nothing about the controller.
    if (silence.kind !== 'unseen')
      return clear(deployment && `its Deployment has a pod available${leadership ? ', and its Lease is renewed' : ''}`);
    return found({
      object: refTo(certificate),
      because: `No controller has looked at the present ${certificate.metadata.name}${silence.path === 'status.conditions' ? ': it has no status at all' : ''}. ${
        deployment
          ? `${nameOfObject(deployment)} has a pod available, so it ${whyIdle(deployment, leadership)}: its log says which.`
          : `No cert-manager was found in namespace ${controllerNamespace}.`
      }`,
      confidence: 'likely',
      evidence: [
        silent(certificate, silence),
        ...(deployment ? [saw(deployment, 'status.availableReplicas')] : []),
        ...(leadership ? [saw(leadership.lease, 'spec.renewTime')] : []),
      ],
      remedies: [readTheLog(), restart(deployment)],
    });
  },
};

/** A spec that nobody has looked at proves enough by itself. Of all else only the Lease tells, so there it must be seen. */
function leadIfNeeded({ sight }: CertView, { kind }: Silence, deployment: KubernetesObject): Leadership | undefined {
  try {
    return leadershipOf(sight, deployment);
  } catch (error) {
    if (kind === 'unseen' && error instanceof CouldNotLook) return undefined;
    throw error;
  }
}

function whyIdle(deployment: KubernetesObject, leadership: Leadership | undefined): string {
  const scope = optionOf(deployment, 'namespace');
  const elsewhere = scope ? `watches namespace ${scope} only (--namespace)` : 'watches other namespaces only';
  return leadership
    ? `runs and leads (its Lease is renewed), and ${elsewhere} or lacks rights`
    : `hangs, is not the leader, ${elsewhere}, or lacks rights`;
}

/** It is up by its Deployment, and nobody does its work. */
function leaderless(
  certificate: KubernetesObject,
  silence: Silence,
  deployment: KubernetesObject,
  { lease, holder, renewed, lasts }: Leadership,
  now: Date,
): Verdict {
  const { name, namespace } = lease.metadata;
  return found({
    object: refTo(deployment),
    because: `cert-manager is up and does not act: Lease ${namespace}/${name}, which its leader renews every few seconds, was renewed ${ago(now.getTime() - renewed.getTime())} ago${
      holder === '' ? ' and given up' : ` by ${holder}`
    }, and nobody has taken it over. It hangs or does not reach the API server, and nothing happens to ${certificate.metadata.name}, nor to any other Certificate.`,
    confidence: 'confirmed',
    evidence: [
      saw(lease, 'spec.renewTime', `at most ${lasts / 1000} s old`),
      saw(deployment, 'status.availableReplicas'),
      silent(certificate, silence),
    ],
    remedies: [restart(deployment), readTheLog()],
  });
}

const silent = (certificate: KubernetesObject, { path, saw: value, since }: Silence) => ({
  from: nameOfObject(certificate),
  path,
  saw: value,
  wanted: `what a controller writes within seconds of ${since.toISOString().slice(0, 19)}Z`,
});

/** Issuing is cert-manager's, whoever's the issuer is. */
function downVerdict(certificate: KubernetesObject, silence: Silence, deployment: KubernetesObject): Verdict {
  const { group } = issuerRefOf(certificate);
  return found({
    object: refTo(deployment),
    because: `cert-manager does not run: ${whyDown(deployment)}. Nothing happens to ${certificate.metadata.name}, nor to any other Certificate${group === ownGroup ? '' : `, although its issuer is of ${group}`}.`,
    confidence: 'confirmed',
    evidence: [
      { ...saw(deployment, 'status.availableReplicas', 'at least 1') },
      saw(deployment, 'spec.replicas'),
      silent(certificate, silence),
    ],
    remedies: [start(deployment), readTheLog()],
  });
}

function start(deployment: KubernetesObject): Remedy {
  const { name, namespace } = deployment.metadata;
  const isScaledDown = numberAt(deployment, 'spec.replicas') === 0;
  return byHand({
    id: 'start-cert-manager',
    title: 'Let cert-manager run again; it catches up within seconds',
    risk: 'medium',
    commands: isScaledDown
      ? [`kubectl -n ${namespace} scale deployment ${name} --replicas=1`]
      : [
          `kubectl -n ${namespace} describe pods -l app.kubernetes.io/name=cert-manager`,
          `kubectl -n ${namespace} rollout restart deployment ${name}`,
        ],
  });
}

const readTheLog = (): Remedy =>
  byHand({
    id: 'read-the-log',
    title: "Read cert-manager's log: it names a missing right, a lost lease or a failed watch",
    commands: [
      `kubectl -n ${controllerNamespace} logs deployment/cert-manager --tail=50`,
      'kubectl get leases -A | grep cert-manager-controller',
    ],
  });

const restart = (deployment: KubernetesObject | undefined): Remedy =>
  byHand({
    id: 'restart-cert-manager',
    title: 'Restart it; it catches up within seconds',
    risk: 'medium',
    commands: [
      `kubectl -n ${deployment?.metadata.namespace ?? controllerNamespace} rollout restart deployment ${deployment?.metadata.name ?? 'cert-manager'}`,
    ],
  });
