import type { Evidence } from '../../../src/core/diagnosis.ts';
import { nameOfObject } from '../../../src/core/evidence.ts';
import type { allowedOf } from '../../../src/core/kubernetes/budget.ts';
import { at, condition, numberAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';

export type BudgetSpec = Parameters<typeof allowedOf>[0];

export const specOf = (budget: KubernetesObject): BudgetSpec => ({
  minAvailable: at(budget, 'spec.minAvailable'),
  maxUnavailable: at(budget, 'spec.maxUnavailable'),
});

/** `minAvailable 1`, as people say it. A budget with neither asks for one pod (policy/v1). */
export function ruleOf(budget: KubernetesObject): string {
  const { minAvailable, maxUnavailable } = specOf(budget);
  const has = maxUnavailable !== undefined && maxUnavailable !== null;
  return has ? `maxUnavailable ${String(maxUnavailable)}` : `minAvailable ${String(minAvailable ?? 'absent')}`;
}

/** Where the rule stands. */
export const rulePath = (budget: KubernetesObject): string =>
  at(budget, 'spec.maxUnavailable') == null ? 'spec.minAvailable' : 'spec.maxUnavailable';

/** Whether the disruption controller has counted this very budget: else its numbers say nothing. */
export const isCounted = (budget: KubernetesObject): boolean =>
  (numberAt(budget, 'status.observedGeneration') ?? 0) >= (budget.metadata.generation ?? 0) &&
  condition(budget, 'DisruptionAllowed')?.reason !== 'SyncFailed' &&
  numberAt(budget, 'status.disruptionsAllowed') !== undefined;

export const allowedNow = (budget: KubernetesObject): number => numberAt(budget, 'status.disruptionsAllowed') ?? 0;

/** The sum as the budget's controller made it. */
export function sawSum(budget: KubernetesObject, wanted = 'disruptionsAllowed at least 1'): Evidence {
  const count = (name: string): string => String(numberAt(budget, `status.${name}`) ?? 'absent');
  return {
    from: nameOfObject(budget),
    path: 'status',
    saw: `${ruleOf(budget)}: ${count('expectedPods')} pods, ${count('currentHealthy')} healthy, ${count('desiredHealthy')} needed, disruptionsAllowed ${count('disruptionsAllowed')}`,
    wanted,
  };
}

/** What the API server said to the evictions that were tried, refusals first. Those that could not be tried say nothing here. */
export function sawRefusals(view: PdbView): readonly Evidence[] {
  return view.tried().flatMap(({ pod, answer }) => {
    if (!answer.ok || answer.value.code === 201) return [];
    const { code, causes, message } = answer.value;
    return [
      {
        from: `eviction of ${pod.metadata.name} (dry run)`,
        saw: quote(`${code}: ${causes[0]?.message ?? message}`),
        wanted: '201',
      },
    ];
  });
}
