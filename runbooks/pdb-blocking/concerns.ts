import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { PdbView } from './view.ts';

/** What somebody may have touched lately: the Deployment, its budgets, its autoscalers. */
export function concernsOf(view: PdbView): readonly KubernetesObject[] {
  return [...(view.deployment ? [view.deployment] : []), ...view.budgets(), ...view.scalers()];
}
