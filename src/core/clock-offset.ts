import { ago } from './durations.ts';

/** How far another clock is ahead of this one, in milliseconds: not less than `least`, nor more than `most`. */
export type Offset = { readonly least: number; readonly most: number };

/** Below this, ages and graces come out the same. */
const tolerated = 30_000;

/**
 * What one answer tells of the clock of who sent it: its Date (RFC 9110, 6.6.1) names the second that it was written in, which was between
 * the moments, in milliseconds of this clock, that the request went out and that the answer was whole. Undefined where there is no such date.
 */
export function offsetOf(date: string | undefined, sent: number, received: number): Offset | undefined {
  const second = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(second) ? undefined : { least: second - received, most: second + 1000 - sent };
}

/** Both hold. Where they cannot, one of the clocks was set in between, and the later one counts. */
export function narrowed(earlier: Offset | undefined, later: Offset): Offset {
  if (!earlier) return later;
  const both = { least: Math.max(earlier.least, later.least), most: Math.min(earlier.most, later.most) };
  return both.least <= both.most ? both : later;
}

/** By how much the other clock is ahead for certain (behind: below 0); 0 where it may as well be right. */
export function aheadBy(offset: Offset | undefined): number {
  if (!offset) return 0;
  if (offset.least > tolerated) return offset.least;
  return offset.most < -tolerated ? offset.most : 0;
}

/** What the operator is told of it, where it is not 0. */
export const clockLine = (aheadMs: number): string =>
  `The clock of this machine is ${ago(Math.abs(aheadMs))} ${aheadMs > 0 ? 'behind' : 'ahead of'} the API server's. Ages are told by the API server's.`;
