import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { endpointsOf, isAnswered, type StrictWebhook, strictWebhookOf } from '../../../src/core/kubernetes/webhook.ts';
import type { Sight } from '../../../src/core/sight.ts';
import { webhookName } from './installation.ts';

export type WebhookTrouble = {
  readonly configuration: KubernetesObject;
  readonly webhook: StrictWebhook;
  readonly why: 'no-endpoints' | 'no-ca-bundle';
};

/**
 * Why the API server cannot ask cert-manager's webhook, as far as objects tell; undefined where they show nothing wrong. Every write
 * goes through it, of the status too: its rule is all resources of cert-manager.
 */
export function webhookTrouble(sight: Sight): WebhookTrouble | undefined {
  const configuration = sight.get(kinds.ValidatingWebhookConfiguration, webhookName);
  const webhook = configuration && strictWebhookOf(configuration);
  if (!configuration || !webhook) return undefined;
  if (!webhook.hasCaBundle) return { configuration, webhook, why: 'no-ca-bundle' };
  return isAnswered(sight.list(kinds.EndpointSlice, webhook.service.namespace, endpointsOf(webhook)))
    ? undefined
    : { configuration, webhook, why: 'no-endpoints' };
}
