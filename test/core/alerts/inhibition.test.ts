import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hushes, unknownSource } from '../../../src/core/alerts/inhibition.ts';
import type { InhibitRule } from '../../../src/core/alerts/route.ts';
import { inhibitRule, matchesNaively, pairOfAlerts } from './random-inhibitions.ts';
import { labelsOfAlert, names } from './random-routes.ts';

type Labels = Readonly<Record<string, string>>;
const alert = (labels: Labels, open: readonly string[] = []) => ({ name: 'x', labels, open });

/** Alertmanager's own words: both sides match, `equal` is equal, and of two that are on both sides none hushes the other. */
function naively({ source, target, equal }: InhibitRule, hushed: Labels, by: Labels): boolean {
  if (!matchesNaively(target, hushed) || !matchesNaively(source, by)) return false;
  if (matchesNaively(source, hushed) && matchesNaively(target, by)) return false;
  return equal.every((label) => (hushed[label] ?? '') === (by[label] ?? ''));
}

test('of two alerts whose labels are known, one hushes the other where Alertmanager would say so', () => {
  fc.assert(
    fc.property(inhibitRule, pairOfAlerts, (rule, [hushed, by]) => {
      expect(hushes(rule, alert(hushed), alert(by))).toBe(naively(rule, hushed, by) ? 'yes' : 'no');
    }),
    { numRuns: 2000 },
  );
});

test('a label that may be anything makes it sure only where no value changes it', () => {
  const some = fc.constantFrom(...names);
  fc.assert(
    fc.property(inhibitRule, pairOfAlerts, some, labelsOfAlert, (rule, [hushed, by], open, more) => {
      const { [open]: _, ...known } = hushed;
      const seen = hushes(rule, alert(known, [open]), alert(by));
      const held = more[open];
      const really = naively(rule, { ...known, ...(held === undefined ? {} : { [open]: held }) }, by);
      if (really) expect(seen).not.toBe('no');
      else expect(seen).not.toBe('yes');
    }),
    { numRuns: 2000 },
  );
});

test('where it is said that nobody can hush an alert by a rule, nobody can', () => {
  fc.assert(
    fc.property(inhibitRule, pairOfAlerts, (rule, [hushed, by]) => {
      const source = unknownSource(rule, alert(hushed));
      if (naively(rule, hushed, by)) expect(hushes(rule, alert(hushed), source)).not.toBe('no');
    }),
    { numRuns: 2000 },
  );
});
