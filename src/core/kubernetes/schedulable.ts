import { at, condition, listAt, textAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

/** Whether a node takes pods that tolerate nothing in particular: Ready, not cordoned, no taint that keeps them away. */
export function takesPods(node: KubernetesObject): boolean {
  const isTainted = listAt(node, 'spec.taints').some((taint) =>
    ['NoSchedule', 'NoExecute'].includes(textAt(taint, 'effect') ?? ''),
  );
  return at(node, 'spec.unschedulable') !== true && !isTainted && condition(node, 'Ready')?.status === 'True';
}
