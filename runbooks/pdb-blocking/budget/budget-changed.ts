import { timeAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** A controller at work counts within a second or two. */
export const countedWithinMs = 30_000;

/** When somebody last wrote the budget itself, not its status. */
export function changedAt(budget: KubernetesObject): Date {
  const times = (budget.metadata.managedFields ?? []).flatMap(({ subresource, time }) =>
    subresource || !time ? [] : [Date.parse(time)],
  );
  const born = timeAt(budget, 'metadata.creationTimestamp')?.getTime() ?? 0;
  return new Date(Math.max(born, ...times.filter((time) => !Number.isNaN(time))));
}
