import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { allowedOf, budgetOf, leastMovable, podsOf } from '../../../src/core/kubernetes/budget.ts';

/** Rows seen on a real cluster: minAvailable or maxUnavailable of so many pods, so many of them healthy. */
test.each([
  [{ minAvailable: 3 }, 3, 3, { expectedPods: 3, desiredHealthy: 3, disruptionsAllowed: 0 }],
  [{ minAvailable: 1 }, 3, 3, { expectedPods: 3, desiredHealthy: 1, disruptionsAllowed: 2 }],
  [{ minAvailable: '67%' }, 3, 3, { expectedPods: 3, desiredHealthy: 3, disruptionsAllowed: 0 }],
  [{ minAvailable: '66%' }, 3, 3, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
  [{ minAvailable: '100%' }, 3, 3, { expectedPods: 3, desiredHealthy: 3, disruptionsAllowed: 0 }],
  [{ maxUnavailable: '30%' }, 3, 3, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
  [{ maxUnavailable: '1%' }, 3, 3, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
  [{ maxUnavailable: 0 }, 3, 3, { expectedPods: 3, desiredHealthy: 3, disruptionsAllowed: 0 }],
  [{ minAvailable: 2 }, 3, 1, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 0 }],
  [{ minAvailable: 0 }, 0, 0, { expectedPods: 0, desiredHealthy: 0, disruptionsAllowed: 0 }],
])('%o of %i with %i healthy', (spec, count, healthy, wanted) => {
  expect(budgetOf(spec, { matched: count, scale: count, healthy })).toEqual(wanted);
});

test('bare pods have no scale: with maxUnavailable nothing is expected and nothing allowed', () => {
  expect(budgetOf({ maxUnavailable: 1 }, { matched: 2, scale: 0, healthy: 2 })).toEqual({
    expectedPods: 0,
    desiredHealthy: 0,
    disruptionsAllowed: 0,
  });
});

const share = fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`);
const spec = fc.oneof(
  fc.record({ minAvailable: fc.oneof(fc.nat(20), share) }),
  fc.record({ maxUnavailable: fc.oneof(fc.nat(20), share) }),
);

property.prop([spec, fc.nat(20), fc.nat(20)])(
  'what is allowed never leaves fewer healthy pods than are desired',
  (budget, count, healthy) => {
    const { desiredHealthy, disruptionsAllowed } = budgetOf(budget, { matched: count, scale: count, healthy });
    expect(disruptionsAllowed).toBeGreaterThanOrEqual(0);
    if (disruptionsAllowed > 0) expect(healthy - disruptionsAllowed).toBe(desiredHealthy);
  },
);

property.prop([spec, fc.nat(20), fc.nat(19)])(
  'one more healthy pod allows as much or one more',
  (budget, count, healthy) => {
    const allowed = (now: number) =>
      budgetOf(budget, { matched: count, scale: count, healthy: now }).disruptionsAllowed;
    expect([0, 1]).toContain(allowed(healthy + 1) - allowed(healthy));
  },
);

property.prop([fc.integer({ min: 0, max: 100 }), fc.nat(200)])(
  'a share rounds up, and by less than one',
  (percent, total) => {
    const pods = podsOf(`${percent}%`, total) ?? -1;
    expect(pods * 100).toBeGreaterThanOrEqual(percent * total);
    expect((pods - 1) * 100).toBeLessThan(Math.max(percent * total, 1));
  },
);

property.prop([spec, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 40 })])(
  'the least number of pods of which one may go is the least',
  (budget, from, more) => {
    const least = leastMovable(budget, from, from + more);
    for (let count = from; count < (least ?? from + more + 1); count += 1) expect(allowedOf(budget, count)).toBe(0);
    if (least !== undefined) expect(allowedOf(budget, least)).toBeGreaterThan(0);
  },
);
