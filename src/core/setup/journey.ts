/** Set-up as a pure machine: a state, what it needs next, and what an answer makes of it. It asks nobody and touches nothing. */
import { type Effect, type EffectName, type Effects, keyOf } from './effect.ts';
import { type KeptSecret, type Question, type StepName, stepNames, type Value } from './question.ts';
import type { Given, Journey, Turn } from './state.ts';
import { steps } from './steps/index.ts';

/** What set-up needs now: an answer, something looked at or done, or nothing any more. */
export function next(journey: Journey): Turn {
  for (const step of steps) {
    const turn = step.next(journey);
    if (turn !== undefined) return turn;
  }
  const named = journey.wants.environments.join(' and ');
  return { kind: 'done', outcome: 'healthy', step: 'production', because: `Set up and verified: ${named}.`, next: [] };
}

/** The journey with one answer more. A detour among the choices is no answer: it forgets, and asks again. */
export function answer(journey: Journey, question: Question, value: Value): Journey {
  const detour = question.choices.find((choice) => choice.value === value)?.detour;
  if (detour === 'look-again') return takenBack(journey, [], question.step);
  if (detour !== undefined) return edit(journey, detour);
  const { id, step, passing } = question;
  const retype = journey.retype.filter((one) => one !== id);
  return { ...journey, given: [...without(journey.given, id), { id, step, value, passing }], retype };
}

/** An answer that nobody was asked for: from an answers file, a profile, or a flag. */
export function give(journey: Journey, id: string, step: StepName, value: Value): Journey {
  return { ...journey, given: [...without(journey.given, id), { id, step, value, passing: false }] };
}

/** The journey with what an effect came to. */
export function learn<N extends EffectName>(
  journey: Journey,
  effect: Effect<N>,
  result: Effects[N]['result'],
): Journey {
  return { ...journey, facts: { ...journey.facts, [keyOf(effect)]: { step: effect.step, result } } };
}

/** One answer back. What was seen from there on is looked at again; what stood there is offered again. */
export function back(journey: Journey): Journey {
  const last = journey.given.at(-1);
  if (last === undefined) return journey;
  const after = takenBack(journey, [last]);
  // What was decided before it in the same step still holds, unless it was consent to a plan that is made anew.
  const decided = journey.given.filter((one) => one.passing && one.step === last.step && one.id !== last.id);
  return isBefore(last.step, 'issuers')
    ? { ...after, given: journey.given.filter((one) => after.given.includes(one) || decided.includes(one)) }
    : after;
}

/** A step asked again. Later answers stay, but consents to what was planned from the old ones do not. */
export function edit(journey: Journey, step: StepName): Journey {
  const reopened = journey.given.filter((one) => one.step === step);
  const open = takenBack(journey, reopened, step);
  return step === 'secrets' ? { ...open, retype: [...open.retype, ...secretIds(journey)] } : open;
}

function takenBack(
  journey: Journey,
  taken: readonly Given[],
  from: StepName = taken[0]?.step ?? 'prerequisites',
): Journey {
  const dropped = new Set(taken.map(({ id }) => id));
  const secrets = taken.filter(({ value }) => isKept(value)).map(({ id }) => id);
  const offered = taken
    .filter(({ value, passing }) => !isKept(value) && !passing)
    .map(({ id, value }) => [id, value] as const);
  return {
    ...journey,
    given: journey.given.filter(({ id, passing, step }) => !dropped.has(id) && !(passing && !isBefore(step, from))),
    facts: factsBefore(journey, from),
    earlier: { ...journey.earlier, ...(Object.fromEntries(offered) as Journey['earlier']) },
    retype: [...new Set([...journey.retype, ...secrets])],
  };
}

function factsBefore(journey: Journey, step: StepName): Journey['facts'] {
  return Object.fromEntries(Object.entries(journey.facts).filter(([, fact]) => isBefore(fact.step, step)));
}

const isBefore = (one: StepName, other: StepName): boolean => stepNames.indexOf(one) < stepNames.indexOf(other);
const without = (all: readonly Given[], id: string): readonly Given[] => all.filter((one) => one.id !== id);
const isKept = (value: Value): value is KeptSecret => typeof value === 'object' && 'fingerprint' in value;

/** Every secret that this run is about, asked or found. */
function secretIds(journey: Journey): readonly string[] {
  return journey.wants.environments.flatMap((environment) =>
    ['database-url', 'redis-url', 'jwt-secret'].map((key) => `secret.${environment}.${key}`),
  );
}
