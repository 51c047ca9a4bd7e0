import { leastOf, mostOf } from '../../../src/core/kubernetes/autoscaling.ts';
import { allowedOf, leastMovable } from '../../../src/core/kubernetes/budget.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { PdbView } from '../view.ts';
import { specOf } from './budget-sum.ts';

/** Why a budget lets no pod go though all were ready; one reason only, so that two causes never name the same. */
export type NothingMayGo =
  /** Whatever the number of pods. */
  | { readonly by: 'spec'; readonly budget: KubernetesObject; readonly says: string }
  /** A share that comes to all pods only since it is rounded up. */
  | { readonly by: 'rounding'; readonly budget: KubernetesObject }
  /** The autoscaler goes down to where nothing may go, or is there already. */
  | { readonly by: 'autoscaler'; readonly budget: KubernetesObject; readonly scaler: KubernetesObject }
  /** There are too few pods just now. */
  | { readonly by: 'count'; readonly budget: KubernetesObject; readonly scaler: KubernetesObject | undefined };

export function whyNothingMayGo(view: PdbView): NothingMayGo | undefined {
  const { wanted } = view;
  const budgets = view.budgets();
  const [budget] = budgets;
  if (!budget || budgets.length > 1 || wanted === 0) return undefined;
  const says = saysNone(budget);
  if (says) return { by: 'spec', budget, says };
  if (!view.ownBudget()) return undefined;
  const spec = specOf(budget);
  const [scaler] = view.scalers();
  const isWhole = typeof spec.minAvailable !== 'string';
  if (scaler && isWhole && leastMovable(spec, 1, mostOf(scaler)) === undefined)
    return {
      by: 'spec',
      budget,
      says: `minAvailable ${String(spec.minAvailable)} is not below the ${mostOf(scaler)} pods that ${scaler.metadata.name} goes up to`,
    };
  const isStuck = allowedOf(spec, wanted) === 0;
  if (isStuck && !isWhole && wanted > 1) return { by: 'rounding', budget };
  if (scaler && allowedOf(spec, leastOf(scaler)) === 0 && (!isStuck || wanted <= leastOf(scaler)))
    return { by: 'autoscaler', budget, scaler };
  return isStuck ? { by: 'count', budget, scaler } : undefined;
}

/** A rule that lets no pod go at any number of pods, in words. */
function saysNone(budget: KubernetesObject): string | undefined {
  const { minAvailable, maxUnavailable } = specOf(budget);
  if (maxUnavailable === 0 || maxUnavailable === '0%') return `maxUnavailable ${maxUnavailable} lets none go`;
  return minAvailable === '100%' ? 'minAvailable 100% keeps all' : undefined;
}
