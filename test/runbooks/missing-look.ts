import type { Fetched, Unread } from '../../src/core/fetched.ts';
import { type AnswerOf, isOutside, type Look, type Looker, nameOf } from '../../src/core/look.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { rightFor, scenarioLooker } from '../../src/core/scenario-look.ts';

/** The same world, with one look that fails: a right that is missing, or a network that does not carry it. */
export function without(scenario: Scenario, missing: Look): Looker {
  const look = scenarioLooker(scenario);
  return <L extends Look>(item: L, signal: AbortSignal): Promise<Fetched<AnswerOf<L>>> =>
    nameOf(item) === nameOf(missing) ? Promise.resolve(failureOf(missing)) : look(item, signal);
}

export function failureOf(look: Look): Unread {
  if (isOutside(look)) return { ok: false, why: 'unreachable', detail: 'no network leads there from here' };
  const needs = rightFor(look);
  return { ok: false, why: 'forbidden', detail: `not allowed to ${needs}`, needs };
}
