import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { numberAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { issuerRefOf, ownGroup } from '../chain.ts';
import type { CertView } from '../view.ts';
import { blindingIn } from './cert-manager-blinded.ts';
import { controllerNamespace, controllerOf, isDown, whyDown } from './installation.ts';
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
    // A chain that stands still, or a renewal that nobody began, has other reasons too: alone it proves nothing about the controller.
    if (silence.kind !== 'unseen') return clear(deployment ? 'its Deployment has a pod available' : undefined);
    if (secondsOf(silence, sight.now) < patience) return clear();
    // It may be at work and be kept from it: that is another cause.
    if (blindingIn(view).length > 0 || webhookTrouble(sight)) return clear();
    return found({
      object: refTo(certificate),
      because: `No controller has looked at the present ${certificate.metadata.name}${silence.path === 'status.conditions' ? ': it has no status at all' : ''}. ${
        deployment
          ? `${nameOfObject(deployment)} has a pod available, so it hangs, is not the leader, watches other namespaces only, or lacks rights: its log says which.`
          : `No cert-manager was found in namespace ${controllerNamespace}.`
      }`,
      confidence: 'likely',
      evidence: [silent(certificate, silence), ...(deployment ? [saw(deployment, 'status.availableReplicas')] : [])],
      remedies: [readTheLog(), restart(deployment)],
    });
  },
};

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
    title: 'Or restart it; it catches up within seconds',
    risk: 'medium',
    commands: [
      `kubectl -n ${deployment?.metadata.namespace ?? controllerNamespace} rollout restart deployment ${deployment?.metadata.name ?? 'cert-manager'}`,
    ],
  });
