import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aheadBy, narrowed, type Offset, offsetOf } from '../../src/core/clock-offset.ts';

const start = Date.parse('2026-11-23T05:00:00Z');

/** An answer of a server whose clock is ahead by `ahead`: it dates it at some moment between, and cuts the milliseconds off. */
const answer = fc.record({ sent: fc.nat(600_000), until: fc.nat(20_000), taken: fc.nat(20_000) });
const told = (ahead: number, { sent, until, taken }: { sent: number; until: number; taken: number }) => {
  const [out, back] = [start + sent, start + sent + until + taken];
  return { date: new Date(out + until + ahead).toUTCString(), out, back };
};

test('whatever the latencies, the offset lies within what the answers tell, and is never overstated', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -400_000_000, max: 400_000_000 }),
      fc.array(answer, { minLength: 1, maxLength: 8 }),
      (ahead, answers) => {
        let offset: Offset | undefined;
        for (const one of answers) {
          const { date, out, back } = told(ahead, one);
          const heard = offsetOf(date, out, back);
          expect(heard).toBeDefined();
          if (heard) offset = narrowed(offset, heard);
        }
        expect(offset?.least).toBeLessThanOrEqual(ahead);
        expect(offset?.most).toBeGreaterThanOrEqual(ahead);
        const certain = aheadBy(offset);
        expect(Math.abs(certain)).toBeLessThanOrEqual(Math.abs(ahead));
        if (certain !== 0) expect(Math.sign(certain)).toBe(Math.sign(ahead));
      },
    ),
  );
});

test('half a minute is nothing; an hour either way is told', () => {
  const heard = (ahead: number) => aheadBy(offsetOf(new Date(start + ahead).toUTCString(), start - 100, start + 100));
  expect(heard(25_000)).toBe(0);
  expect(heard(-25_000)).toBe(0);
  expect(heard(3_600_000)).toBe(3_599_900);
  expect(heard(-3_600_000)).toBe(-3_598_900);
});

test('a clock that was set in between counts as it is now', () => {
  const before = { least: 3_599_000, most: 3_601_000 };
  const after = { least: -1000, most: 1000 };
  expect(narrowed(before, after)).toEqual(after);
});

test('an answer without a date, or with none that is one, tells nothing', () => {
  expect(offsetOf(undefined, start, start)).toBeUndefined();
  expect(offsetOf('yesterday', start, start)).toBeUndefined();
  expect(aheadBy(undefined)).toBe(0);
});
