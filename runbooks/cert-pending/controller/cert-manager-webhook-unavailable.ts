import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Found } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { CertView } from '../view.ts';
import { webhookName } from './installation.ts';
import { silenceOf } from './silence.ts';
import { type WebhookTrouble, webhookTrouble } from './webhook-trouble.ts';

export const certManagerWebhookUnavailable: Cause<CertView> = {
  code: 'cert-manager-webhook-unavailable',
  title: "cert-manager's webhook does not answer, so the API server takes no change",
  severity: 'error',
  owner: 'platform',
  explains: ['renewal-overdue', 'request-not-approved', 'issuer-changed'],
  look(view) {
    const { certificate, sight } = view;
    if (certificate && !silenceOf(view)) return clear();
    // A refused apply leaves no Certificate. That there is none is to be said in any case, so here eyes that are missing are no matter.
    if (!certificate && !sight.tryGet(kinds.ValidatingWebhookConfiguration, webhookName).ok) return clear();
    const trouble = webhookTrouble(sight);
    if (!trouble) return clear('its webhook has an endpoint, or there is none');
    const { configuration, webhook } = trouble;
    const where = `${webhook.service.namespace}/${webhook.service.name}`;
    return found({
      object: refTo(configuration),
      because:
        trouble.why === 'no-endpoints'
          ? `Every write of a Certificate is to be checked by Service ${where}, and no pod stands behind it. The API server refuses them all, cert-manager's own too.`
          : `Every write of a Certificate is to be checked by Service ${where}, and ${nameOfObject(configuration)} holds no CA to trust it by: cainjector has not filled it in. The API server refuses them all.`,
      confidence: 'confirmed',
      evidence: [
        trouble.why === 'no-endpoints'
          ? { from: `EndpointSlices of Service ${where}`, saw: 'no ready endpoint', wanted: 'at least 1' }
          : saw(configuration, `${webhook.path}.clientConfig.caBundle`, 'the CA of the webhook'),
      ],
      ...installing(configuration, sight.now),
      remedies: remediesFor(trouble, view),
    });
  },
};

/** Pods and CA come a minute or two after the configuration. */
function installing({ metadata }: KubernetesObject, now: Date): Pick<Found, 'waiting'> {
  const since = new Date(metadata.creationTimestamp ?? 0);
  return now.getTime() - since.getTime() < 2 * 60_000
    ? { waiting: { for: "cert-manager's webhook to come up", since, normallyUpTo: 'PT2M', nextTryAt: null } }
    : {};
}

function remediesFor({ webhook: { service }, why }: WebhookTrouble, view: CertView): readonly Remedy[] {
  const { name, namespace } = service;
  const part = why === 'no-endpoints' ? name : 'cert-manager-cainjector';
  return [
    byHand({
      id: 'start-the-webhook',
      title: `Let ${part} run. After an installation this takes a minute or two by itself`,
      commands: [
        `kubectl -n ${namespace} get pods,endpointslices`,
        `kubectl -n ${namespace} rollout restart deployment ${part}`,
      ],
    }),
    byHand({
      id: 'try-the-webhook',
      title: 'Then ask the server itself; what it answers names a firewall, a host network or a certificate',
      commands: [
        view.certificate
          ? `kubectl -n ${view.namespace} annotate certificate ${view.certificate.metadata.name} orion-setup/try=1 --dry-run=server`
          : 'orion-setup diff staging',
      ],
    }),
  ];
}
