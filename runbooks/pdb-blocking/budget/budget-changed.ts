import { lastTouched } from '../../../src/core/kubernetes/last-touched.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** A controller at work counts within a second or two. */
export const countedWithinMs = 30_000;

/** When somebody last wrote the budget itself, not its status. */
export const changedAt = (budget: KubernetesObject): Date => lastTouched([budget]) ?? new Date(0);
