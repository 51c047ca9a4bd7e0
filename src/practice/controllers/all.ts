import { certManager } from './cert-manager.ts';
import { kubelet } from './kubelet.ts';
import type { Controller } from './turn.ts';

/** Every controller of the practice cluster, in the order in which they take their turns. */
export const allControllers: readonly Controller[] = [...certManager, kubelet];
