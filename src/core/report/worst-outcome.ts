import type { Outcome } from '../diagnosis.ts';
import { exitCodes } from '../failure.ts';

/** What several diagnoses come to: a problem over what could not be looked at, that over waiting (exit codes: 3 over 5 over 4). */
export function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  return (['problem', 'incomplete', 'waiting'] as const).find((one) => outcomes.includes(one)) ?? 'healthy';
}

export const exitCodeOfAll = (outcomes: readonly Outcome[]): number => exitCodes[worstOutcome(outcomes)];
