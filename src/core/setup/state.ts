import { type Effect, type EffectName, type Effects, keyOf } from './effect.ts';
import type { KeptSecret, Question, StepName, Value } from './question.ts';
import type { EnvironmentName } from './settings.ts';

/** What this run of set-up is for. */
export type Wants = {
  readonly environments: readonly EnvironmentName[];
  /** Production although staging has not passed, with the reason that is kept beside it. */
  readonly overrideGate?: string;
  /** Nothing waits behind the databases' URLs (a practice cluster), so that they may be made up as any other secret. */
  readonly madeUpSecrets?: boolean;
};

/** Everything set-up knows, as a value. No secret is in it. */
export type Journey = {
  readonly wants: Wants;
  /** In the order they were given, so that going back takes the last one. */
  readonly given: readonly Given[];
  /** What was looked at and done, by the request's key. Never stored: the next run looks again. */
  readonly facts: Readonly<Record<string, Fact>>;
  /** What stood there before it was taken back: offered as the default. */
  readonly earlier: Readonly<Record<string, Exclude<Value, KeptSecret>>>;
  /** Secrets to be asked for although secrets.env has them. */
  readonly retype: readonly string[];
};

export type Given = { readonly id: string; readonly step: StepName; readonly value: Value; readonly passing: boolean };
type Fact = { readonly step: StepName; readonly result: unknown };

/** Where the journey ends. `refused` and `operator-said-no` stop it; the others say what state the environments are in. */
export type Ending = {
  readonly kind: 'done';
  readonly outcome: 'healthy' | 'waiting' | 'problem' | 'incomplete' | 'refused' | 'operator-said-no';
  readonly step: StepName;
  readonly because: string;
  readonly next: readonly string[];
};

export type Turn = Question | Effect | Ending;

/** One step: what it needs next, or undefined once it has all. */
export type Step = {
  readonly name: StepName;
  readonly title: string;
  readonly next: (journey: Journey) => Turn | undefined;
};

/** The journey with answers that Enter alone takes. */
export const suggesting = (journey: Journey, answers: Journey['earlier']): Journey => ({
  ...journey,
  earlier: { ...answers, ...journey.earlier },
});

export const setOut = (wants: Wants): Journey => ({ wants, given: [], facts: {}, earlier: {}, retype: [] });

/** The answer to a question, or undefined where it was not given. */
export const given = (journey: Journey, id: string): Value | undefined =>
  journey.given.find((one) => one.id === id)?.value;

export function givenText(journey: Journey, id: string): string | undefined {
  const value = given(journey, id);
  return typeof value === 'string' ? value : undefined;
}

export function givenList(journey: Journey, id: string): readonly string[] | undefined {
  const value = given(journey, id);
  return Array.isArray(value) ? value : undefined;
}

/** What an effect came to, or undefined where it was not performed yet. */
export function known<N extends EffectName>(journey: Journey, effect: Effect<N>): Effects[N]['result'] | undefined {
  return journey.facts[keyOf(effect)]?.result as Effects[N]['result'] | undefined;
}

/** What was offered before going back, else `otherwise`. */
export function earlierText(journey: Journey, id: string, otherwise: string | undefined): string | undefined {
  const before = journey.earlier[id];
  return typeof before === 'string' ? before : otherwise;
}

export function earlierList(journey: Journey, id: string, otherwise: readonly string[]): readonly string[] {
  const before = journey.earlier[id];
  return Array.isArray(before) ? before : otherwise;
}
