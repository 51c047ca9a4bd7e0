import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { at, listAt, textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { quote } from '../messages.ts';
import { type CertView, ingressNamespace } from '../view.ts';
import { type Refused, refusedIn } from './presenting.ts';
import { touchCommand } from './touch.ts';

const webhookName = 'validate.nginx.ingress.kubernetes.io';

export const isWebhookFailure = (says: string): boolean => says.includes(`failed calling webhook "${webhookName}"`);

export const nginxAdmissionUnavailable: Cause<CertView> = {
  code: 'nginx-admission-unavailable',
  title: "ingress-nginx's admission webhook does not answer",
  severity: 'error',
  owner: 'platform',
  explains: ['issuance-backoff'],
  look(view) {
    const all = refusedIn(view).filter(({ says }) => isWebhookFailure(says));
    const refused = all.find((item) => !webhookFailureOver(view, item));
    if (!refused) return clear(all[0] && webhookFailureOver(view, all[0]));
    const configuration = configurationOf(view, refused.says);
    const service = configuration && serviceOf(configuration);
    const ready = service && readyEndpoints(view, service);
    const why = whyIn(refused.says, ready, touchCommand(refused.challenge, view.sight.now));
    return found({
      object: refTo(configuration ?? refused.challenge),
      because: `The API server cannot ask ${service ? `Service ${service.namespace}/${service.name}` : webhookName} about Ingresses, so it takes none: ${why.is}.`,
      confidence: 'confirmed',
      evidence: [
        refused.evidence,
        ...(configuration ? [policyOf(configuration)] : []),
        ...(service && ready !== undefined
          ? [
              {
                from: `EndpointSlices of ${service.namespace}/${service.name}`,
                saw: ready === 0 ? 'none is ready' : `${ready} ready`,
                wanted: 'at least one ready',
              },
            ]
          : []),
      ],
      remedies: [
        ...why.remedies,
        ...(configuration && service ? [dropLeftover(view, configuration, service)].flat() : []),
      ],
    });
  },
};

const noneReady = /no endpoints available|service "[^"]*" not found/;

/** Why the webhook cannot fail any more as it was said to; undefined where it may, or it cannot be seen. */
export function webhookFailureOver(view: CertView, { says }: Refused): string | undefined {
  if (!isWebhookFailure(says) || !view.sight.tryList(kinds.ValidatingWebhookConfiguration).ok) return undefined;
  const configuration = configurationOf(view, says);
  if (!configuration) return `no webhook ${webhookName} is registered any more`;
  const service = noneReady.test(says) ? serviceOf(configuration) : undefined;
  const ready = service && isIn(says, service) ? (readyEndpoints(view, service) ?? 0) : 0;
  return service && ready > 0
    ? `${ready} ready ${ready === 1 ? 'pod stands' : 'pods stand'} behind Service ${service.namespace}/${service.name} again`
    : undefined;
}

/** Of several, as each ingress-nginx of a cluster has one, that whose Service is spoken of. */
function configurationOf({ sight }: CertView, says: string): KubernetesObject | undefined {
  const all = sight.tryList(kinds.ValidatingWebhookConfiguration);
  const named = all.ok ? all.value.filter((item) => hookOf(item) !== undefined) : [];
  return named.find((item) => isIn(says, serviceOf(item))) ?? named[0];
}

const isIn = (says: string, service: ServiceRef | undefined): boolean =>
  service !== undefined && says.includes(`//${service.name}.${service.namespace}.svc`);

type ServiceRef = { readonly namespace: string; readonly name: string };

const hookOf = (configuration: KubernetesObject): unknown =>
  listAt(configuration, 'webhooks').find((hook) => textAt(hook, 'name') === webhookName);

function serviceOf(configuration: KubernetesObject): ServiceRef | undefined {
  const service = at(hookOf(configuration), 'clientConfig.service');
  const [namespace, name] = [textAt(service, 'namespace'), textAt(service, 'name')];
  return namespace && name ? { namespace, name } : undefined;
}

const policyOf = (configuration: KubernetesObject): Evidence => ({
  from: nameOfObject(configuration),
  path: `webhooks[${webhookName}].failurePolicy`,
  saw: textAt(hookOf(configuration), 'failurePolicy') ?? 'Fail',
});

/** Undefined where they were not seen. */
function readyEndpoints({ sight }: CertView, { namespace, name }: ServiceRef): number | undefined {
  const slices = sight.tryList(kinds.EndpointSlice, namespace);
  if (!slices.ok) return undefined;
  return slices.value
    .filter((slice) => textMapAt(slice, 'metadata.labels')['kubernetes.io/service-name'] === name)
    .flatMap((slice) => listAt(slice, 'endpoints'))
    .filter((endpoint) => at(endpoint, 'conditions.ready') !== false).length;
}

/**
 * `context deadline exceeded` stands for a lost packet, a wrong certificate and a hanging pod alike, so nothing more is claimed of it
 * than that no answer came in time.
 */
function whyIn(
  says: string,
  ready: number | undefined,
  again: string,
): { readonly is: string; readonly remedies: readonly Remedy[] } {
  const look = [
    `kubectl -n ${ingressNamespace} get pods,services,endpointslices`,
    `kubectl -n ${ingressNamespace} logs deployment/ingress-nginx-controller --tail=50`,
    again,
  ];
  if (noneReady.test(says) || ready === 0) {
    const is = 'no ready pod stands behind it';
    const title =
      'Have the ingress controller brought up; cert-manager goes on by itself within half an hour, at once when the Challenge is touched';
    return { is, remedies: [byHand({ id: 'bring-the-controller-up', title, risk: 'medium', commands: look })] };
  }
  if (/x509: /.test(says)) {
    const is = `its certificate is not trusted (${quote(says.slice(says.indexOf('x509: '))).slice(0, 120)})`;
    const title =
      "Have the webhook's certificate and caBundle made anew (the chart's job ingress-nginx-admission-create and -patch)";
    const commands = [
      `kubectl -n ${ingressNamespace} get secret ingress-nginx-admission`,
      'helm upgrade ingress-nginx ingress-nginx --repo https://kubernetes.github.io/ingress-nginx --namespace ingress-nginx --reuse-values',
      again,
    ];
    return { is, remedies: [byHand({ id: 'renew-webhook-certificate', title, risk: 'medium', commands })] };
  }
  const is = /connection refused/.test(says) ? 'it refuses connections' : 'no answer comes in time';
  const title =
    'Have it found out what is between them: the pod hangs, or port 8443 from the control plane to the nodes is closed (private clusters)';
  return { is, remedies: [byHand({ id: 'open-the-way-to-the-webhook', title, risk: 'medium', commands: look })] };
}

/** After an uninstall the configuration may be all that is left. */
function dropLeftover({ sight }: CertView, configuration: KubernetesObject, service: ServiceRef): readonly Remedy[] {
  const services = service.namespace === ingressNamespace ? sight.tryList(kinds.Service, ingressNamespace) : undefined;
  if (!services?.ok || services.value.some(({ metadata }) => metadata.name === service.name)) return [];
  return [
    byHand({
      id: 'delete-leftover-webhook',
      title: `Have ${configuration.metadata.name} deleted: its Service ${service.namespace}/${service.name} does not exist any more`,
      risk: 'medium',
      commands: [`kubectl delete validatingwebhookconfiguration ${configuration.metadata.name}`],
    }),
  ];
}
