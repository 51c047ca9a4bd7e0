import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { boundsOf } from '../../../src/core/kubernetes/rollout-bounds.ts';

const rolling = (maxSurge: unknown, maxUnavailable: unknown) => ({
  spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } },
});

/** Rows seen on a real cluster. */
test.each([
  [{ spec: {} }, 3, { maxSurge: 1, maxUnavailable: 0 }],
  [rolling('25%', '25%'), 3, { maxSurge: 1, maxUnavailable: 0 }],
  [rolling('25%', '25%'), 4, { maxSurge: 1, maxUnavailable: 1 }],
  [rolling(0, 1), 3, { maxSurge: 0, maxUnavailable: 1 }],
  // Shares that both come to nothing would never move: one pod may be missing then.
  [rolling('0%', '20%'), 3, { maxSurge: 0, maxUnavailable: 1 }],
  [{ spec: { strategy: { type: 'Recreate' } } }, 3, { maxSurge: 0, maxUnavailable: 3 }],
  [rolling([], {}), 3, { maxSurge: 0, maxUnavailable: 1 }],
])('%j of %i', (deployment, wanted, bounds) => {
  expect(boundsOf(deployment, wanted)).toEqual(bounds);
});

const amount = fc.oneof(
  fc.nat(20),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
);

property.prop([amount, amount, fc.nat(50)])(
  'a rollout can always move, and never by less surge nor more missing than was asked for',
  (surge, missing, wanted) => {
    const { maxSurge, maxUnavailable } = boundsOf(rolling(surge, missing), wanted);
    expect(maxSurge + maxUnavailable).toBeGreaterThan(0);
    const exact = (value: number | string) =>
      typeof value === 'number' ? value : (Number.parseInt(value, 10) * wanted) / 100;
    expect(maxSurge).toBeGreaterThanOrEqual(exact(surge));
    if (maxSurge > 0) expect(maxUnavailable).toBeLessThanOrEqual(exact(missing));
  },
);
