import type { z } from 'zod';
import type { Outcome } from '../diagnosis.ts';
import type { Fetched } from '../fetched.ts';
import type { checkSchema } from '../report/test-report.ts';
import { worstOutcome } from '../report/worst-outcome.ts';
import { CouldNotLook } from '../sight.ts';

/** One thing that a procedure judges: what was expected, what was seen, and where. */
export type Check = z.infer<typeof checkSchema>;

/** What a look at it came to. `note`: worth knowing, and no fault. */
export type Judged = {
  readonly state: 'passed' | 'failed' | 'waiting' | 'note';
  readonly saw: string;
  readonly object?: string;
  readonly path?: string;
  /** The runbook that mends it. */
  readonly runbook?: string;
};

type Title = { readonly id: string; readonly title: string; readonly expected: string };

export const passed = (saw: string, where: Omit<Judged, 'state' | 'saw'> = {}): Judged => ({
  state: 'passed',
  saw,
  ...where,
});
export const failed = (saw: string, where: Omit<Judged, 'state' | 'saw'> = {}): Judged => ({
  state: 'failed',
  saw,
  ...where,
});
export const noted = (saw: string, where: Omit<Judged, 'state' | 'saw'> = {}): Judged => ({
  state: 'note',
  saw,
  ...where,
});

/** What cannot be looked at ends as that, and never as passed: whatever `judge` needs and does not get ends it. */
export function checkOf({ id, title, expected }: Title, judge: () => Judged): Check {
  const base = { id, title, expected };
  try {
    const { object = null, path = null, runbook = null, ...judged } = judge();
    return { ...base, ...judged, object, path, runbook, needs: null };
  } catch (error) {
    if (!(error instanceof CouldNotLook)) throw error;
    const { unread } = error;
    return {
      ...base,
      state: 'not-looked',
      saw: unread.detail,
      object: error.what,
      path: null,
      runbook: null,
      needs: unread.needs ?? null,
    };
  }
}

/** The value, or the end of the check that needs it. */
export function need<T>(what: string, fetched: Fetched<T>): T {
  if (fetched.ok) return fetched.value;
  throw new CouldNotLook(what, fetched);
}

const outcomes: Readonly<Record<Check['state'], Outcome>> = {
  passed: 'healthy',
  note: 'healthy',
  failed: 'problem',
  waiting: 'waiting',
  'not-looked': 'incomplete',
};

export const outcomeOf = (checks: readonly Check[]): Outcome =>
  worstOutcome(checks.map(({ state }) => outcomes[state]));
