import { give } from '../../../src/core/setup/journey.ts';
import type { StepName } from '../../../src/core/setup/question.ts';
import type { Journey } from '../../../src/core/setup/state.ts';

const usual: readonly (readonly [string, StepName, string])[] = [
  ['image', 'image', 'ghcr.io/orion/auth:1.4.2'],
  ['domain', 'domain', 'orion.io'],
  // Where it is not said, the one that there is.
  ['context.production', 'production', ''],
];

/** A journey with the answers that have no default. */
export function answersOf(journey: Journey, differs: Readonly<Record<string, string>> = {}): Journey {
  return usual.reduce((now, [id, step, value]) => {
    const text = differs[id] ?? value;
    return text === '' ? now : give(now, id, step, text);
  }, journey);
}
