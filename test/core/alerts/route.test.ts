import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Matcher, type Route, reached } from '../../../src/core/alerts/route.ts';
import { runsAway } from '../../../src/core/kubernetes/runs-away.ts';
import { labelsOfAlert, names, routingTree } from './random-routes.ts';

/** Alertmanager's own words: depth first; a child that matched ends it unless it continues; where no child matched, the node itself. */
function naively(route: Route, labels: Readonly<Record<string, string>>): readonly Route[] {
  const matches = ({ label, is, value }: Matcher): boolean => {
    const held = labels[label] ?? '';
    if (is === '=') return held === value;
    if (is === '!=') return held !== value;
    const whole = held.match(new RegExp(value, 'g'))?.includes(held) || new RegExp(`^(${value})$`).test(held);
    return is === '=~' ? whole : !whole;
  };
  if (!route.matchers.every(matches)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const inChild = naively(child, labels);
    found.push(...inChild);
    if (inChild.length > 0 && !child.continue) break;
  }
  return found.length > 0 ? found : [route];
}

test('every alert whose labels are known goes where Alertmanager would send it', () => {
  fc.assert(
    fc.property(routingTree, labelsOfAlert, (route, labels) => {
      const { routes, sure } = reached(route, { name: 'x', labels, open: [] });
      expect(sure).toBe(true);
      expect(routes).toEqual(naively(route, labels));
    }),
    { numRuns: 500 },
  );
});

test('where a label may be anything, no way it might go is left out, and sure is only what no value changes', () => {
  fc.assert(
    fc.property(routingTree, labelsOfAlert, fc.constantFrom(...names), labelsOfAlert, (route, labels, open, more) => {
      const { [open]: _, ...known } = labels;
      const seen = reached(route, { name: 'x', labels: known, open: [open] });
      const held = more[open];
      const really = naively(route, { ...known, ...(held === undefined ? {} : { [open]: held }) });
      for (const one of really) expect(seen.routes).toContain(one);
      if (seen.sure) expect(seen.routes).toEqual(really);
    }),
    { numRuns: 500 },
  );
});

test('a pattern that would run away is not tried: what it decides is not sure', () => {
  const root = (value: string): Route => ({
    receiver: 'null',
    matchers: [],
    continue: false,
    timed: false,
    routes: [{ receiver: 'a', matchers: [{ label: 'x', is: '=~', value }], continue: false, timed: false, routes: [] }],
  });
  const alert = { name: 'x', labels: { x: `${'a'.repeat(60)}!` }, open: [] };
  for (const value of ['(a+)+', '(a|a)*', '((a*)b?)*', '(a*){40}', '(a?){30}x', 'a*a*a*a*a*a*', '(?:(?P<n>a+)+)']) {
    const { routes, sure } = reached(root(value), alert);
    // Not tried here either where it would not be left alone.
    expect(runsAway(value)).toBe(true);
    expect([value, routes.map(({ receiver }) => receiver), sure]).toEqual([value, ['a', 'null'], false]);
  }
});

test.each([
  'critical|warning',
  'orion-.*',
  'a.*|b.*|c.*|d.*|e.*',
  '(a|b)b',
  '(critical|warning)?',
  '[a+)*]+x',
  '\\(a\\)*',
  '.+',
])('%s is tried', (value) => {
  expect(runsAway(value)).toBe(false);
});
