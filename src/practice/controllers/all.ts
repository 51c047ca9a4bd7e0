import { autoscaler } from './autoscaler.ts';
import { certManager } from './cert-manager.ts';
import { deployments } from './deployment.ts';
import { disruption } from './disruption.ts';
import { endpoints } from './endpoints.ts';
import { eventExpiry } from './event-expiry.ts';
import { ingressAddress } from './ingress-address.ts';
import { kubelet } from './kubelet.ts';
import { namespaces } from './namespaces.ts';
import { replicaSets } from './replica-set.ts';
import type { Controller } from './turn.ts';

/** Every controller of the practice cluster, in the order in which they take their turns. */
export const allControllers: readonly Controller[] = [
  namespaces,
  autoscaler,
  deployments,
  replicaSets,
  kubelet,
  disruption,
  endpoints,
  ingressAddress,
  eventExpiry,
  ...certManager,
];
