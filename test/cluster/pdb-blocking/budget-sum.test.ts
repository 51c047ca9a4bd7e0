import fc from 'fast-check';
import { expect, test } from 'vitest';
import { budgetOf } from '../../../src/core/kubernetes/budget.ts';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { deploymentOf } from './site.ts';

/** The sum that detectors, remedies and the practice cluster make, against the disruption controller's own. */
const bed = currentBed();

const share = fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`);
const amount = fc.oneof(fc.nat(7), share);
const pair = fc.record({
  spec: fc.oneof(fc.record({ minAvailable: amount }), fc.record({ maxUnavailable: amount })),
  replicas: fc.nat(6),
  sick: fc.nat(6),
});

test('thirty budgets over thirty Deployments come to the same', async () => {
  const namespace = await bed.namespace('sums');
  const pairs = fc.sample(pair, 30).map((item, place) => ({ ...item, name: `app-${place}` }));
  const items = pairs.flatMap(({ name, replicas, spec }) => [
    deploymentOf(namespace, name, { replicas }),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace },
      spec: { ...spec, selector: { matchLabels: { app: name } } },
    },
  ]);
  await bed.kubectl('apply -f -', { apiVersion: 'v1', kind: 'List', items });

  const podsOf = async (): Promise<readonly Json[]> =>
    (await bed.api.get(`/api/v1/namespaces/${namespace}/pods`)).items;
  const isReady = (pod: Json): boolean =>
    pod.status.conditions?.some(({ type, status }: Json) => type === 'Ready' && status === 'True') ?? false;
  const total = pairs.reduce((sum, { replicas }) => sum + replicas, 0);
  const running = await until('all pods to be ready', async () => {
    const pods = await podsOf();
    return pods.length === total && pods.every(isReady) ? pods : undefined;
  });
  const sick = pairs.flatMap(({ name, sick: count }) =>
    running.filter(({ metadata }) => metadata.labels.app === name).slice(0, count),
  );
  await Promise.all(
    sick.map(({ metadata }) =>
      bed.api.mergePatch(`/api/v1/namespaces/${namespace}/pods/${metadata.name}`, {
        metadata: { annotations: { 'bed/behaves': 'unready' } },
      }),
    ),
  );

  const theirs = async (): Promise<Readonly<Record<string, object>>> => {
    const { items: budgets } = await bed.api.get(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`);
    return Object.fromEntries(
      budgets.map(({ metadata, status }: Json) => [
        metadata.name,
        {
          currentHealthy: status.currentHealthy,
          desiredHealthy: status.desiredHealthy,
          expectedPods: status.expectedPods,
          disruptionsAllowed: status.disruptionsAllowed,
        },
      ]),
    );
  };
  const ours = Object.fromEntries(
    pairs.map(({ name, spec, replicas, sick: count }) => {
      const healthy = Math.max(0, replicas - count);
      return [name, { currentHealthy: healthy, ...budgetOf(spec, { matched: replicas, scale: replicas, healthy }) }];
    }),
  );
  await until('every budget to have counted the sick pods', async () => {
    const now: Readonly<Record<string, { currentHealthy?: number }>> = await theirs();
    return pairs.every(({ name, replicas, sick: count }) => now[name]?.currentHealthy === Math.max(0, replicas - count))
      ? true
      : undefined;
  });
  expect(await theirs(), JSON.stringify(pairs)).toEqual(ours);
});
