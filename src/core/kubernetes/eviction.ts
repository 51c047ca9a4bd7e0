import type { EvictionAnswer } from '../look-answers.ts';
import { at, condition, numberAt, textAt } from './field.ts';
import type { KubernetesObject } from './object.ts';
import { selects } from './selectors.ts';

/** Whether a budget of the pod's namespace selects it. `{}` selects every pod, an absent selector none (policy/v1). */
export const covers = (budget: KubernetesObject, pod: KubernetesObject): boolean =>
  budget.metadata.namespace === pod.metadata.namespace &&
  selects(at(budget, 'spec.selector'), pod.metadata.labels ?? {});

/**
 * What an eviction is answered, decided as the API server decides it (kubernetes, pkg/registry/core/pod/storage/eviction.go).
 * `denied`: the words of a policy that refuses every eviction; admission comes before the budgets.
 */
export function evictionAnswer(
  pod: KubernetesObject,
  budgets: readonly KubernetesObject[],
  denied?: string,
): EvictionAnswer {
  if (denied !== undefined) return refused(422, `pods "${pod.metadata.name}" is forbidden: ${denied}`);
  if (isBeyondBudgets(pod)) return granted;
  const over = budgets.filter((budget) => covers(budget, pod));
  if (over.length > 1)
    return refused(
      500,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  const [budget] = over;
  return !budget || goesUnready(pod, budget) ? granted : fromBudget(budget);
}

/** Whether the eviction is counted against the budget. */
export const isSpent = (pod: KubernetesObject, budget: KubernetesObject): boolean =>
  !isBeyondBudgets(pod) && !goesUnready(pod, budget);

const granted: EvictionAnswer = { code: 201, message: '', causes: [] };
const refused = (code: number, message: string, cause?: string): EvictionAnswer => ({
  code,
  message,
  causes: cause === undefined ? [] : [{ reason: 'DisruptionBudget', message: cause }],
});

/** Nothing is lost with a pod that ended, ends or never ran. */
const isBeyondBudgets = (pod: KubernetesObject): boolean =>
  pod.metadata.deletionTimestamp !== undefined ||
  ['Pending', 'Succeeded', 'Failed'].includes(textAt(pod, 'status.phase') ?? '');

function goesUnready(pod: KubernetesObject, budget: KubernetesObject): boolean {
  if (condition(pod, 'Ready')?.status === 'True') return false;
  if (textAt(budget, 'spec.unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const desired = numberAt(budget, 'status.desiredHealthy') ?? 0;
  return desired > 0 && (numberAt(budget, 'status.currentHealthy') ?? 0) >= desired;
}

const tooMuch = "Cannot evict pod as it would violate the pod's disruption budget.";

function fromBudget(budget: KubernetesObject): EvictionAnswer {
  const { name, generation = 0 } = budget.metadata;
  if ((numberAt(budget, 'status.observedGeneration') ?? 0) < generation)
    return refused(429, tooMuch, `The disruption budget ${name} is still being processed by the server.`);
  const allowed = numberAt(budget, 'status.disruptionsAllowed') ?? 0;
  if (allowed < 0)
    return refused(403, `poddisruptionbudget.policy "${name}" is forbidden: pdb disruptions allowed is negative`);
  if (allowed > 0) return granted;
  const [desired, current] = [
    numberAt(budget, 'status.desiredHealthy') ?? 0,
    numberAt(budget, 'status.currentHealthy') ?? 0,
  ];
  return refused(
    429,
    tooMuch,
    `The disruption budget ${name} needs ${desired} healthy pods and has ${current} currently`,
  );
}
