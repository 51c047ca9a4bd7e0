import { at, listAt, textAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

/** The first entry of a webhook configuration that refuses what it cannot ask about, as far as it can be looked at. */
export type StrictWebhook = {
  /** Where it stands, as `webhooks.0`. */
  readonly path: string;
  readonly service: { readonly name: string; readonly namespace: string };
  readonly hasCaBundle: boolean;
};

/** failurePolicy is Fail where it is not said (admissionregistration.k8s.io/v1). One at a URL of its own is not ours to judge. */
export function strictWebhookOf(configuration: KubernetesObject): StrictWebhook | undefined {
  const webhooks = listAt(configuration, 'webhooks');
  const place = webhooks.findIndex(
    (webhook) =>
      textAt(webhook, 'failurePolicy') !== 'Ignore' && textAt(webhook, 'clientConfig.service.name') !== undefined,
  );
  const client = at(webhooks[place], 'clientConfig');
  const [name, namespace] = [textAt(client, 'service.name'), textAt(client, 'service.namespace')];
  if (name === undefined || namespace === undefined) return undefined;
  return {
    path: `webhooks.${place}`,
    service: { name, namespace },
    hasCaBundle: (textAt(client, 'caBundle') ?? '') !== '',
  };
}

export const endpointsOf = ({ service }: StrictWebhook): string => `kubernetes.io/service-name=${service.name}`;

/** `ready` counts as true where it is not said (discovery.k8s.io/v1). */
export const isAnswered = (slices: readonly KubernetesObject[]): boolean =>
  slices.some((slice) =>
    listAt(slice, 'endpoints').some(
      (endpoint) => at(endpoint, 'conditions.ready') !== false && listAt(endpoint, 'addresses').length > 0,
    ),
  );
