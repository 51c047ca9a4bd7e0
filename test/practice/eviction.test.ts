import { afterAll, beforeAll, expect, test } from 'vitest';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { bareCluster } from './bare-cluster.ts';

let practice: Awaited<ReturnType<typeof bareCluster>>;
beforeAll(async () => {
  practice = await bareCluster();
});
afterAll(() => practice.server.close());

/** A pod of its own app, and budgets for it with the status that a controller would have written. */
function plant(
  app: string,
  ready: boolean,
  budgets: readonly { name: string; spec?: object; status: object; generation?: number }[],
  phase = 'Running',
) {
  practice.cluster.store.put(kinds.Pod, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: app, namespace: 'app', uid: `uid-${app}`, labels: { app } },
    spec: { containers: [] },
    status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
  for (const { name, spec, status, generation = 1 } of budgets) {
    practice.cluster.store.put(kinds.PodDisruptionBudget, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace: 'app', generation },
      spec: { selector: { matchLabels: { app } }, ...spec },
      status: { observedGeneration: 1, ...status },
    });
  }
}
const evict = (pod: string, deleteOptions: object = {}) =>
  practice.ask('POST', `/api/v1/namespaces/app/pods/${pod}/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: pod },
    deleteOptions,
  });
const status = (allowed: number, current: number, desired: number) => ({
  disruptionsAllowed: allowed,
  currentHealthy: current,
  desiredHealthy: desired,
  expectedPods: 3,
});

test('a spent budget refuses exactly as recorded from a real API server', async () => {
  plant('spent', true, [{ name: 'api', status: status(0, 3, 3) }]);
  expect((await evict('spent')).body).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    reason: 'TooManyRequests',
    details: {
      causes: [
        { reason: 'DisruptionBudget', message: 'The disruption budget api needs 3 healthy pods and has 3 currently' },
      ],
    },
    code: 429,
  });
});

test('a budget that its controller has not seen asks for patience', async () => {
  plant('stale', true, [{ name: 'stale', status: status(1, 3, 2), generation: 2 }]);
  expect((await evict('stale')).body).toMatchObject({
    code: 429,
    details: {
      retryAfterSeconds: 10,
      causes: [{ message: 'The disruption budget stale is still being processed by the server.' }],
    },
  });
});

test('two budgets for one pod are an error of the server', async () => {
  plant('two', true, [
    { name: 'two-a', status: status(1, 3, 2) },
    { name: 'two-b', status: status(1, 3, 2) },
  ]);
  expect((await evict('two')).body).toMatchObject({
    code: 500,
    message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  });
});

test.each([
  ['default, the others healthy', undefined, status(0, 2, 2), 201],
  ['default, too few healthy', undefined, status(0, 1, 2), 429],
  ['default, nothing desired', undefined, status(0, 0, 0), 429],
  ['AlwaysAllow, too few healthy', 'AlwaysAllow', status(0, 1, 2), 201],
])('a pod that is not ready: %s', async (_, policy, planted, code) => {
  plant('unready', false, [
    { name: 'unready', spec: policy ? { unhealthyPodEvictionPolicy: policy } : {}, status: planted },
  ]);
  expect((await evict('unready', { dryRun: ['All'] })).code).toBe(code);
});

test('a pending pod goes past its budget', async () => {
  plant('pending', false, [{ name: 'pending', status: status(0, 0, 1) }], 'Pending');
  expect((await evict('pending')).body).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    code: 201,
  });
});

test('a dry run spends nothing; a real one spends one and takes the pod', async () => {
  plant('real', true, [{ name: 'real', status: status(1, 3, 2) }]);
  const budget = async () =>
    (await practice.ask('GET', '/apis/policy/v1/namespaces/app/poddisruptionbudgets/real')).body;
  const before = await budget();
  expect((await evict('real', { dryRun: ['All'] })).code).toBe(201);
  expect(await budget()).toEqual(before);
  expect((await evict('real', { preconditions: { uid: 'other' } })).code).toBe(409);
  expect((await evict('real', { preconditions: { uid: 'uid-real' } })).code).toBe(201);
  expect(await budget()).toMatchObject({
    status: { disruptionsAllowed: 0, disruptedPods: { real: '2026-11-23T05:00:00Z' } },
  });
  expect((await evict('real')).body).toMatchObject({ code: 404, message: 'pods "real" not found' });
});
