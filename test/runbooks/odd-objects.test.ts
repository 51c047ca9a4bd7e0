import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import type { Fetched } from '../../src/core/fetched.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import { diagnosisOf, runbookOf, scenarios } from './scenario-files.ts';

/** What the API server promises of every object. It keeps the shape of metadata too, so there a field may only be missing. */
const promised = ['apiVersion', 'kind', 'metadata', 'metadata.name', 'metadata.namespace'];

type Hole = { readonly object: number; readonly steps: readonly number[]; readonly put: unknown };

const hole: fc.Arbitrary<Hole> = fc.record({
  object: fc.nat(),
  steps: fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
  put: fc.constantFrom(undefined, null, '', 'x', 0, -1, true, [], [null], {}),
});

/** A copy with the field at a random path taken out, or put to something it is not. */
function pierced(
  value: unknown,
  [step = 0, ...rest]: readonly number[],
  put: unknown,
  path: readonly string[] = [],
): unknown {
  if (value === null || typeof value !== 'object') return put;
  const keys = Object.keys(value);
  const key = keys[step % keys.length];
  if (key === undefined) return put;
  const here = [...path, key];
  const inner = (value as Record<string, unknown>)[key];
  const isDeeper = rest.length > 0 && inner !== null && typeof inner === 'object';
  if (!isDeeper && promised.includes(here.join('.'))) return value;
  const next = isDeeper ? pierced(inner, rest, put, here) : here[0] === 'metadata' ? undefined : put;
  if (Array.isArray(value)) {
    return next === undefined
      ? value.filter((_, place) => String(place) !== key)
      : value.map((item, place) => (String(place) === key ? next : item));
  }
  const { [key]: _, ...others } = value as Record<string, unknown>;
  return next === undefined ? others : { ...others, [key]: next };
}

function withHoles(snapshot: Snapshot, holes: readonly Hole[]): Snapshot {
  let seen = snapshot.seen;
  for (const { object, steps, put } of holes) {
    const names = Object.keys(seen).filter((name) => /^(list|get) /.test(name) && seen[name]?.ok);
    const name = names[object % Math.max(names.length, 1)];
    const answer: Fetched<unknown> | undefined = name === undefined ? undefined : seen[name];
    if (name === undefined || !answer?.ok) continue;
    const [first = 0, ...rest] = steps;
    const items: readonly unknown[] = Array.isArray(answer.value) ? answer.value : [answer.value];
    const holed = items.map((item, place) => (place === first % items.length ? pierced(item, rest, put) : item));
    const value = Array.isArray(answer.value) ? holed : holed[0];
    seen = { ...seen, [name]: { ok: true, value } };
  }
  return { ...snapshot, seen };
}

test('a diagnosis never fails for an object with fields missing or of another shape', async () => {
  const wholes = await Promise.all(
    scenarios.map(async (scenario) => ({ runbook: runbookOf(scenario), ...(await diagnosisOf(scenario)) })),
  );
  fc.assert(
    fc.property(fc.nat(wholes.length - 1), fc.array(hole, { minLength: 1, maxLength: 6 }), (place, holes) => {
      const whole = wholes[place];
      if (!whole) return;
      const diagnosis = decide(whole.runbook, withHoles(whole.snapshot, holes));
      expect(['healthy', 'waiting', 'problem', 'incomplete']).toContain(diagnosis.outcome);
      // Whatever is said can be written down.
      expect(JSON.stringify(diagnosis.findings).match(/.{0,80}undefined.{0,40}/)?.[0]).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});
