import { expect, test } from 'vitest';
import type { PointResult } from '../../../src/core/verify/verification.ts';
import { verifySettled } from '../../../src/engine/deploy/verify-settled.ts';
import { pointResult } from '../../core/verify/sample-point.ts';
import { sleptClock } from '../slept-clock.ts';

const point = (id: string, state: PointResult['state'], saw: string = state): PointResult =>
  pointResult({ id, title: id, state, saw });

const green = [point('certificate', 'passed'), point('renewal', 'passed')];
const anew = [point('certificate', 'passed'), point('renewal', 'waiting', 'it is being issued anew')];
const red = [point('certificate', 'failed'), point('renewal', 'waiting')];
const forGood = [pointResult({ id: 'hpa', title: 'hpa', state: 'failed', saw: 'failed', lasting: true }), ...anew];
const unready = [point('https', 'failed', 'answers 503')];
const unseen = [point('certificate', 'passed'), point('https', 'not-looked')];

/** Looks by a list; the last one stays. */
async function settled(...looks: readonly (readonly PointResult[])[]) {
  let place = 0;
  const told: string[] = [];
  const { clock, seconds } = sleptClock();
  const { points } = await verifySettled(
    {
      verify: async () => ({
        points: looks[Math.min(place++, looks.length - 1)] ?? [],
        coverage: { looked: 1, of: 1, notLooked: [] },
      }),
    },
    { clock },
    { context: 'bed', environment: 'staging', subject: { namespace: 'orion-staging' }, timeoutMs: 60_000 },
    (event) => told.push(...(event.event === 'waiting-changed' ? event.reasons : [event.event])),
    new AbortController().signal,
  );
  return { points, told, looks: place, seconds: seconds() };
}

test.each([
  { what: 'all green', looks: [green], ends: green, seconds: 0, told: [] },
  { what: 'a right is missing: no waiting helps', looks: [unseen], ends: unseen, seconds: 0, told: [] },
  {
    what: 'one is red for good: told at once, though another is under way',
    looks: [forGood],
    ends: forGood,
    seconds: 0,
    told: [],
  },
  { what: 'one is red at two looks', looks: [unready], ends: unready, seconds: 5, told: ['https: answers 503'] },
  { what: 'one is red for a moment', looks: [unready, green], ends: green, seconds: 5, told: ['https: answers 503'] },
  {
    what: 'another is red at the second look: that counts at the third',
    looks: [unready, red],
    ends: red,
    seconds: 10,
    told: ['https: answers 503', 'certificate: failed', 'renewal: waiting'],
  },
  {
    what: 'a certificate issued twice in a row',
    looks: [anew, anew, green],
    ends: green,
    seconds: 10,
    told: ['renewal: it is being issued anew'],
  },
  {
    what: 'what came in the meantime is red',
    looks: [anew, red],
    ends: red,
    seconds: 10,
    told: ['renewal: it is being issued anew', 'certificate: failed', 'renewal: waiting'],
  },
  { what: 'the time is up', looks: [anew], ends: anew, seconds: 60, told: ['renewal: it is being issued anew'] },
])('$what', async ({ looks, ends, seconds, told }) => {
  expect(await settled(...looks)).toMatchObject({ points: ends, seconds, told });
});
