import { numberAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import { certificateIssuing } from './certificate-issuing.ts';
import { certificateReadiness } from './certificate-readiness.ts';
import { certificateRequests } from './certificate-request.ts';
import { certificateTrigger } from './certificate-trigger.ts';
import { challenges } from './challenge.ts';
import { ingressShim } from './ingress-shim.ts';
import { issuers } from './issuer.ts';
import { orders } from './order.ts';
import { type Controller, idle, type View } from './turn.ts';

/** cert-manager's controllers. They stand still while its Deployment has no pod available. */
export const certManager: readonly Controller[] = [
  issuers,
  ingressShim,
  certificateTrigger,
  certificateIssuing,
  certificateRequests,
  orders,
  challenges,
  certificateReadiness,
].map(({ name, reconcile }) => ({ name, reconcile: (view) => (isUp(view) ? reconcile(view) : idle) }));

function isUp(view: View): boolean {
  const deployment = view.get(kinds.Deployment, 'cert-manager', 'cert-manager');
  return deployment === undefined || (numberAt(deployment, 'status.availableReplicas') ?? 0) > 0;
}
