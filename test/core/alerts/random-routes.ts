import fc from 'fast-check';
import type { Matcher, Route } from '../../../src/core/alerts/route.ts';

/** Routing trees and labels that often meet. */
const names = ['severity', 'team', 'namespace', 'alertname'] as const;
const values = ['critical', 'warning', 'a', 'ab', ''] as const;
const patterns = ['critical|warning', 'a.*', '.+', '', 'a?b?', '[a-c]+', '(a|b)b'] as const;

const label = fc.constantFrom(...names);
export const matcher: fc.Arbitrary<Matcher> = fc.oneof(
  fc.record({ label, is: fc.constantFrom('=' as const, '!=' as const), value: fc.constantFrom(...values) }),
  fc.record({ label, is: fc.constantFrom('=~' as const, '!~' as const), value: fc.constantFrom(...patterns) }),
);

export const labelsOfAlert: fc.Arbitrary<Readonly<Record<string, string>>> = fc.dictionary(
  label,
  fc.constantFrom(...values.slice(0, 4)),
);

const { route } = fc.letrec<{ route: Route }>((tie) => ({
  route: fc.record({
    receiver: fc.constantFrom('null', 'one', 'two', 'three', 'four'),
    matchers: fc.array(matcher, { maxLength: 2 }),
    continue: fc.boolean(),
    timed: fc.constant(false),
    routes: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant([]),
      fc.array(tie('route'), { maxLength: 3 }),
    ),
  }),
}));

/** The root of a configuration takes everything. */
export const routingTree: fc.Arbitrary<Route> = route.map((one) => ({ ...one, matchers: [], continue: false }));

export { names };
