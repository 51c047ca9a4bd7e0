import { numberAt, textAt } from '../../core/kubernetes/field.ts';
import { isGoDuration } from '../../core/kubernetes/go-duration.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import { isAnswered, strictWebhookOf } from '../../core/kubernetes/webhook.ts';
import { certificateIssuing } from './certificate-issuing.ts';
import { certificateReadiness } from './certificate-readiness.ts';
import { certificateRequests } from './certificate-request.ts';
import { certificateTrigger } from './certificate-trigger.ts';
import { challenges } from './challenge.ts';
import { ingressShim } from './ingress-shim.ts';
import { issuers } from './issuer.ts';
import { hangs, leadership } from './leadership.ts';
import { orders } from './order.ts';
import { type Controller, idle, type View } from './turn.ts';

/** cert-manager's controllers. They stand still while nothing of it runs, sees or may write, and look at everything once it does again. */
export const certManager: readonly Controller[] = [
  restarting(issuers, mayAct),
  restarting(ingressShim, maySee),
  restarting(certificateTrigger, maySee),
  restarting(certificateIssuing, maySee),
  restarting(certificateRequests, mayAct),
  restarting(orders, mayAct),
  restarting(challenges, mayAct),
  restarting(certificateReadiness, maySee),
  restarting(leadership, isUp),
];

function restarting({ name, reconcile }: Controller, acts: (view: View) => boolean): Controller {
  return {
    name,
    reconcile: (view) => {
      const stood = view.recall('stood still') !== undefined;
      if (!acts(view)) return stood ? idle : { writes: [{ do: 'remember', about: 'stood still', value: true }] };
      return reconcile(
        stood
          ? {
              ...view,
              isStirred: () => true,
              stirred: (kind, which) => view.of(kind).some(which) || view.stirred(kind, which),
            }
          : view,
      );
    },
  };
}

function mayAct(view: View): boolean {
  return isUp(view) && isAdmitted(view);
}

function maySee(view: View): boolean {
  return mayAct(view) && canList(view);
}

function isUp(view: View): boolean {
  const deployment = view.get(kinds.Deployment, 'cert-manager', 'cert-manager');
  return deployment === undefined || ((numberAt(deployment, 'status.availableReplicas') ?? 0) > 0 && !hangs(view));
}

/** Every write of its own kinds goes through its webhook, where there is one. */
function isAdmitted(view: View): boolean {
  const configuration = view.get(kinds.ValidatingWebhookConfiguration, undefined, 'cert-manager-webhook');
  const webhook = configuration && strictWebhookOf(configuration);
  if (!webhook) return true;
  const slices = view
    .of(kinds.EndpointSlice, webhook.service.namespace)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === webhook.service.name);
  return webhook.hasCaBundle && isAnswered(slices);
}

/** One Certificate with a duration that Go cannot read, and the list of all of them fails (seen). */
const canList = (view: View): boolean =>
  view
    .of(kinds.Certificate)
    .every((certificate) =>
      ['duration', 'renewBefore'].every((field) => isGoDuration(textAt(certificate, `spec.${field}`) ?? '0')),
    );
