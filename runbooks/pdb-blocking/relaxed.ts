import { textMapAt } from '../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';

/** On a budget that is relaxed for a while: until when, and what it said before. Whoever finds it can put it back by that alone. */
export const relaxedAnnotation = 'orion-setup/relaxed-until';

export type Relaxed = { readonly until: Date; readonly before: string };

/** `2026-11-23T05:15:00Z minAvailable=2`. */
export const relaxedText = ({ until, before }: Relaxed): string =>
  `${until.toISOString().replace(/\.\d+Z$/, 'Z')} ${before}`;

export function relaxedIn(budget: KubernetesObject): Relaxed | undefined {
  const [, moment = '', before = ''] =
    /^(\S+) (\S+=\S+)$/.exec(textMapAt(budget, 'metadata.annotations')[relaxedAnnotation] ?? '') ?? [];
  const until = new Date(moment);
  return Number.isNaN(until.getTime()) ? undefined : { until, before };
}
