import { utc } from '../durations.ts';
import { textMapAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

/** On a budget that is relaxed for a while: until when, and what it said before. Whoever finds it can put it back by that alone. */
export const relaxedAnnotation = 'orion-setup/relaxed-until';

export type Relaxed = { readonly until: Date; readonly before: string };

/** `2026-11-23T05:15:00Z minAvailable=2`. */
export const relaxedText = ({ until, before }: Relaxed): string =>
  `${until.toISOString().replace(/\.\d+Z$/, 'Z')} ${before}`;

function relaxedIn(budget: KubernetesObject): Relaxed | undefined {
  const [, moment = '', before = ''] =
    /^(\S+) (\S+=\S+)$/.exec(textMapAt(budget, 'metadata.annotations')[relaxedAnnotation] ?? '') ?? [];
  const until = new Date(moment);
  return Number.isNaN(until.getTime()) ? undefined : { until, before };
}

/** That a budget keeps less than it should is said as long as it does. */
export function relaxedWords(budget: KubernetesObject, now: Date): readonly string[] {
  const relaxed = relaxedIn(budget);
  if (!relaxed) return [];
  const { until, before } = relaxed;
  const { name } = budget.metadata;
  return until > now
    ? [`${name} is relaxed until ${utc(until)} (then ${before} again)`]
    : [`${name} is relaxed, and overdue since ${utc(until)} (${before} is to be put back)`];
}
