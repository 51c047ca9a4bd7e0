import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Sent } from '../../../src/core/outside/cluster-writer.ts';
import { plan } from '../../../src/engine/deploy/plan.ts';

/** Controllers write whenever they like: what they did between our two requests is no change of ours. */
const wanted: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'auth-service', namespace: 'orion-staging' },
  spec: { minReadySeconds: 5 },
};

/** A Deployment whose autoscaler raises it after each of the first `writes` reads; `isGone`: it is deleted instead. */
function busyCluster(writes: number, { minReadySeconds = 5, isGone = false, annotations = {} } = {}) {
  const requests: string[] = [];
  let version = 1;
  const live = (): KubernetesObject => ({
    ...wanted,
    metadata: { ...wanted.metadata, annotations, resourceVersion: `${version}`, generation: version },
    spec: { minReadySeconds, replicas: version },
  });
  const isThere = () => !isGone || version === 1;
  const reader = {
    look: async () => {
      const answer = isThere()
        ? { ok: true, value: live() }
        : { ok: false, why: 'not-found', detail: 'there is no such Deployment' };
      requests.push('read');
      if (version <= writes) version += 1;
      return answer;
    },
  };
  const writer = {
    send: async (): Promise<Sent> => {
      requests.push('dry run');
      if (!isThere()) return { ok: true, object: wanted };
      const { metadata, spec } = live();
      const generation = minReadySeconds === 5 ? version : version + 1;
      return {
        ok: true,
        object: { ...wanted, metadata: { ...metadata, generation }, spec: { ...(spec as object), minReadySeconds: 5 } },
      };
    },
  };
  return { cluster: { reader, writer } as never, requests };
}

const planned = async (writes: number, differs: Parameters<typeof busyCluster>[1] = {}) => {
  const { cluster, requests } = busyCluster(writes, differs);
  const { facts, owned } = await plan(cluster, [wanted], AbortSignal.timeout(10_000));
  return { facts, owned, requests: requests.join(', ') };
};

test('nobody writes: one read and one dry run', async () => {
  expect(await planned(0)).toMatchObject({ facts: { changes: [], unchanged: 1 }, requests: 'read, dry run' });
});

test('what a controller wrote in between is no change: it is read again', async () => {
  expect(await planned(1)).toMatchObject({ facts: { changes: [], unchanged: 1 }, requests: 'read, dry run, read' });
});

test('where it writes once more before that, both are asked again', async () => {
  expect(await planned(2)).toMatchObject({ facts: { changes: [], unchanged: 1 } });
});

test('what we change is told without what a controller wrote', async () => {
  const { facts } = await planned(1, { minReadySeconds: 9 });
  expect(facts.changes).toMatchObject([{ action: 'change' }]);
  expect(facts.changes[0]?.diff).toMatch(/^-\s+minReadySeconds: 9$/m);
  expect(facts.changes[0]?.diff).not.toMatch(/^[-+]\s+replicas/m);
});

test('of what another owns it is not told as a change either', async () => {
  const annotations = { 'meta.helm.sh/release-name': 'auth' };
  expect(await planned(1, { annotations })).toMatchObject({ facts: { unchanged: 1, blocked: [] }, owned: [] });
});

test('what is deleted in between is new', async () => {
  expect((await planned(1, { isGone: true })).facts.changes).toMatchObject([{ action: 'create' }]);
});

test('one that never rests is not asked for ever', async () => {
  const { requests } = await planned(1000);
  expect(requests.split(', ').length).toBeLessThan(12);
});
