import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { endpointsOf, strictWebhookOf } from '../../../src/core/kubernetes/webhook.ts';
import type { Look } from '../../../src/core/look.ts';
import type { Sight } from '../../../src/core/sight.ts';
import { issuerRefOf } from '../chain.ts';
import { certificateDefinition, controllerNamespace, controllerOf, isDown, webhookName } from './installation.ts';
import { leaseLookOf } from './leadership.ts';
import { silenceOf } from './silence.ts';

const webhook = { at: 'get', kind: kinds.ValidatingWebhookConfiguration, name: webhookName } as const;

/** Second round, and only where cert-manager has left something undone: whether it runs, sees, and may write. */
export function controllerLooks(sight: Sight): readonly Look[] {
  const listed = sight.tryList(kinds.Certificate, sight.target.namespace);
  if (!listed.ok) return [];
  const certificate = listed.value.find(({ metadata }) => metadata.name === sight.target.name);
  if (!certificate) return [webhook];
  const silence = silenceOf({ certificate, sight });
  if (!silence) return [];
  const everyone = { at: 'list', kind: kinds.Certificate } as const;
  return [
    { at: 'list', kind: kinds.Deployment, namespace: controllerNamespace },
    webhook,
    // Where the issuer is the cluster's, they are looked at in any case.
    ...(issuerRefOf(certificate).kind === 'ClusterIssuer' ? [] : [everyone]),
    ...(silence.kind === 'unseen'
      ? [{ at: 'get', kind: kinds.CustomResourceDefinition, name: certificateDefinition } as const]
      : []),
  ];
}

/** Third: what stands behind the webhook's Service, and who leads the controllers. */
export function deeperControllerLooks(sight: Sight): readonly Look[] {
  const configuration = sight.tryGet(kinds.ValidatingWebhookConfiguration, webhookName);
  const strict = configuration.ok ? strictWebhookOf(configuration.value) : undefined;
  return [
    ...(strict
      ? [
          {
            at: 'list',
            kind: kinds.EndpointSlice,
            namespace: strict.service.namespace,
            labels: endpointsOf(strict),
          } as const,
        ]
      : []),
    ...leaseLooks(sight),
  ];
}

/** The Deployments are only there to be seen where something was left undone. */
function leaseLooks(sight: Sight): readonly Look[] {
  if (!sight.tryList(kinds.Deployment, controllerNamespace).ok) return [];
  const controller = controllerOf(sight);
  const look = controller && !isDown(controller) ? leaseLookOf(controller) : undefined;
  return look ? [look] : [];
}
