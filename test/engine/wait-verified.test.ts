import { expect, test } from 'vitest';
import type { Outcome } from '../../src/core/diagnosis.ts';
import type { PointResult, Verification } from '../../src/core/verify/verification.ts';
import { waitVerified } from '../../src/engine/wait-verified.ts';
import { pointResult } from '../core/verify/sample-point.ts';
import { sleptClock } from './slept-clock.ts';

type Says = Pick<PointResult, 'id' | 'state' | 'saw'> & Partial<PointResult>;

const outcomes = { passed: 'healthy', failed: 'problem', waiting: 'waiting', 'not-looked': 'incomplete' } as const;

function verification(points: readonly Says[]): Verification {
  const worst = points.find(({ state }) => state !== 'passed')?.state ?? 'passed';
  return {
    outcome: outcomes[worst] satisfies Outcome,
    points: points.map(pointResult),
    coverage: { looked: 0, of: 0, notLooked: [] },
    unknownKinds: [],
    alerts: null,
    host: null,
    diagnoses: {},
  };
}

/** Looks by a list; the last one stays. */
async function waited(...looks: readonly (readonly Says[])[]) {
  let place = 0;
  const told: string[] = [];
  const { clock, seconds } = sleptClock();
  const { ended } = await waitVerified(
    async () => verification(looks[Math.min(place++, looks.length - 1)] ?? []),
    { clock, timeoutMs: 60_000, tell: ({ id, saw }) => void told.push(`${id}: ${saw}`) },
    new AbortController().signal,
  );
  return { ended, told, looks: place, seconds: seconds() };
}

const green: Says = { id: 'health', state: 'passed', saw: 'all' };
const one: Says = { id: 'health', state: 'waiting', saw: '1 of 2' };
const stays: Says = { id: 'resources', state: 'failed', saw: 'no limits', lasting: true };

test('ends once all is green, and tells each reason once, when it changes', async () => {
  const seen = await waited([{ ...one, saw: '0 of 2' }], [one], [one], [green]);
  expect(seen).toMatchObject({ ended: 'healthy', looks: 4, told: ['health: 0 of 2', 'health: 1 of 2', 'health: all'] });
});

test('stops early at what no waiting heals, once it was seen twice', async () => {
  expect(await waited([one, stays])).toMatchObject({ ended: 'stuck', looks: 2 });
  expect(await waited([one, stays], [one], [green])).toMatchObject({ ended: 'healthy', looks: 3 });
});

test('a right that is missing does not come by waiting; a network may', async () => {
  const unseen = { id: 'certificate', state: 'not-looked', saw: '' } as const;
  const missing = { what: 'get Secret', because: 'forbidden', needs: 'get secrets' };
  expect(await waited([{ ...unseen, notLooked: [missing] }])).toMatchObject({ ended: 'stuck' });
  expect(await waited([{ ...unseen, notLooked: [{ what: 'tls', because: 'timed out' }] }])).toMatchObject({
    ended: 'late',
  });
});

test('what may still heal is waited for to the end of the time, and no longer', async () => {
  expect(await waited([one])).toMatchObject({ ended: 'late', seconds: 60 });
  expect(await waited([{ id: 'https', state: 'failed', saw: '503' }])).toMatchObject({ ended: 'late', seconds: 60 });
});
