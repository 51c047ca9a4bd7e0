import { lastTouched } from '../../src/core/kubernetes/last-touched.ts';
import { attempt } from '../../src/core/sight.ts';
import type { PromView } from './view.ts';

/** From an apply to the first sample: the operator, the Secret's way into the pod (up to 90 s), the reload, and one interval. */
const youngMs = 3 * 60_000;

/** When somebody last changed whom Prometheus is to scrape, where it may not have come to that yet. */
export function youngSince(view: PromView): Date | undefined {
  const since = lastTouched([
    ...(view.monitor ? [view.monitor] : []),
    ...(attempt(() => view.surroundings().services) ?? []),
    ...(attempt(view.takers) ?? []),
  ]);
  return since && view.sight.now.getTime() - since.getTime() < youngMs ? since : undefined;
}
