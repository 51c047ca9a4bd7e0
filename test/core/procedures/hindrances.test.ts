import { expect, test } from 'vitest';
import type { Fetched } from '../../../src/core/fetched.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { EvictionAnswer } from '../../../src/core/look-answers.ts';
import type { DrainPlan } from '../../../src/core/procedures/drain-plan.ts';
import { hindranceOf, notDrained } from '../../../src/core/procedures/hindrances.ts';

/** What stands in the way of a drain is told before anything is done, and nothing that does not. */
const pod = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'data', uid: name },
});
const answered = (code: number, message = '', causes: EvictionAnswer['causes'] = []): Fetched<EvictionAnswer> => ({
  ok: true,
  value: { code, message, causes },
});
const why = (tried: Fetched<EvictionAnswer>) => hindranceOf(pod('db'), tried)?.because;

test.each<[string, Fetched<EvictionAnswer>, string | undefined]>([
  ['allowed', answered(201), undefined],
  ['gone by itself', { ok: false, why: 'not-found', detail: 'Pod "db" is gone.' }, undefined],
  [
    'its budget',
    answered(429, 'Cannot evict pod.', [{ reason: 'DisruptionBudget', message: 'The budget db needs 2.' }]),
    'held by its budget: The budget db needs 2.',
  ],
  [
    'two budgets',
    answered(500, 'This pod has more than one PodDisruptionBudget'),
    'This pod has more than one PodDisruptionBudget',
  ],
  ['an admission webhook', answered(403, 'denied by the policy'), 'denied by the policy'],
  ['an API server that is busy', { ok: false, why: 'timed-out', detail: 'Too busy.' }, 'Too busy.'],
  ['a right', { ok: false, why: 'forbidden', detail: 'May not.', needs: 'create pods/eviction in data' }, 'May not.'],
])('%s', (_, tried, because) => {
  expect(why(tried)).toBe(because);
});

const evict = Array.from({ length: 12 }, (_, place) => pod(`db-${place}`));
const plan: DrainPlan = {
  is: 'plan',
  node: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'b' } },
  scope: 'whole-node',
  evict,
  stays: [],
  readyBefore: 3,
  wanted: 1,
};

test('all are told in the order of the evictions, ten of them at most, and every right once', () => {
  const found = evict
    .toReversed()
    .map((one) => ({ pod: one, because: 'May not', needs: 'create pods/eviction in data' }));
  const { because, next } = notDrained(plan, found);
  expect(because).toMatch(
    /^Not drained: on b 12 of 12 evictions would be refused\. data\/db-0: May not\. data\/db-1: /,
  );
  expect(because).toMatch(/data\/db-9: May not\. And 2 more\. Nothing was changed\.$/);
  expect(next).toEqual([
    'The right that is missing: create pods/eviction in data',
    'Leave out --whole-node to evict only the pods of the service.',
  ]);
});

test('of our own pods only, there is no --whole-node to leave out', () => {
  expect(notDrained({ ...plan, scope: 'own-pods' }, [{ pod: pod('db-1'), because: 'No.' }]).next).toEqual([]);
});
