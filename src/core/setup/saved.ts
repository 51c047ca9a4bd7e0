import { z } from 'zod';
import type { KeptSecret } from './question.ts';
import { stepNames } from './question.ts';
import { type Journey, setOut, type Wants } from './state.ts';

/** A journey as it is kept between two runs: answers only. Consents, looks and secrets are not in it. */
export const savedSchema = z.strictObject({
  version: z.literal(1),
  given: z.array(
    z.strictObject({
      id: z.string(),
      step: z.enum(stepNames),
      value: z.union([z.string(), z.boolean(), z.array(z.string())]),
    }),
  ),
});
export type Saved = z.infer<typeof savedSchema>;

export function toSaved(journey: Journey): Saved {
  const given = journey.given.flatMap(({ id, step, value, passing }) =>
    passing || isKept(value) ? [] : [{ id, step, value: typeof value === 'object' ? [...value] : value }],
  );
  return { version: 1, given };
}

/** The journey taken up again. Whether the secrets are there, secrets.env says. */
export function fromSaved(saved: Saved, wants: Wants): Journey {
  return { ...setOut(wants), given: saved.given.map((one) => ({ ...one, passing: false })) };
}

const isKept = (value: unknown): value is KeptSecret =>
  typeof value === 'object' && value !== null && 'fingerprint' in value;
