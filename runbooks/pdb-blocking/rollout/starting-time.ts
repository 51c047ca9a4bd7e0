import { at, condition, listAt, numberAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** A pod has its image to pull and its network to get before its probes begin. */
const beforeProbesSeconds = 30;

/** How long a pod of this template may take until it is ready, by its own probes: more than that is no slow start. */
export function allowedToStart(pod: KubernetesObject): number {
  const each = listAt(pod, 'spec.containers').map(
    (container) => spanOf(at(container, 'startupProbe')) + spanOf(at(container, 'readinessProbe')),
  );
  return beforeProbesSeconds + Math.max(0, ...each);
}

function spanOf(probe: unknown): number {
  if (probe === undefined) return 0;
  const period = numberAt(probe, 'periodSeconds') ?? 10;
  return (numberAt(probe, 'initialDelaySeconds') ?? 0) + period * (numberAt(probe, 'failureThreshold') ?? 3);
}

/** Since when a pod tries to become ready: since its condition says that it is not, or since it is there. */
export const tryingSince = (pod: KubernetesObject): Date | undefined =>
  condition(pod, 'Ready')?.lastTransitionTime ??
  timeAt(pod, 'status.startTime') ??
  timeAt(pod, 'metadata.creationTimestamp');

/** Whether a pod that is not ready may still be starting. */
export function mayStillStart(pod: KubernetesObject, now: Date): boolean {
  const since = tryingSince(pod);
  return since !== undefined && now.getTime() - since.getTime() < allowedToStart(pod) * 1000;
}
