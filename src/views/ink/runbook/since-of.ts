import { condition, timeAt } from '../../../core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../core/kubernetes/object.ts';
import type { Snapshot } from '../../../core/snapshot.ts';

/** Since when the target has been as it is: its own condition says, or its age. Undefined where it was not seen. */
export function sinceOf({ seen, target }: Snapshot): Date | undefined {
  const objects = Object.values(seen).flatMap((answer) =>
    answer.ok ? [answer.value].flat() : [],
  ) as Partial<KubernetesObject>[];
  const object = objects.find(
    (item) =>
      item?.kind === target.kind &&
      item.metadata?.name === target.name &&
      item.metadata?.namespace === target.namespace,
  );
  if (!object) return undefined;
  return condition(object, 'Ready')?.lastTransitionTime ?? timeAt(object, 'metadata.creationTimestamp');
}
