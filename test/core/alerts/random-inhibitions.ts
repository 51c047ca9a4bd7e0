import fc from 'fast-check';
import type { InhibitRule, Matcher } from '../../../src/core/alerts/route.ts';
import { labelsOfAlert, matcher, names } from './random-routes.ts';

/** Inhibitions that often hush one of two alerts with labels from `labelsOfAlert`. */
export const inhibitRule: fc.Arbitrary<InhibitRule> = fc.record({
  place: fc.constant(1),
  name: fc.constant(''),
  source: fc.array(matcher, { maxLength: 2 }),
  target: fc.array(matcher, { maxLength: 1 }),
  equal: fc.subarray([...names], { maxLength: 2 }),
});

/** Two alerts, which have much in common as often as not. */
export const pairOfAlerts = fc
  .tuple(labelsOfAlert, labelsOfAlert, fc.boolean())
  .map(([hushed, by, isAlike]) => [hushed, isAlike ? { ...hushed, ...by } : by] as const);

export const matchesNaively = (matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean =>
  matchers.every(({ label, is, value }) => {
    const held = labels[label] ?? '';
    if (is === '=') return held === value;
    if (is === '!=') return held !== value;
    return new RegExp(`^(?:${value})$`).test(held) === (is === '=~');
  });
