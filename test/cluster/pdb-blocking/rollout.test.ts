import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { newHome } from '../orion.ts';
import { podSpec } from '../sample-objects.ts';
import {
  comesTo,
  deploymentOf,
  diagnosed,
  mendedAndUndone,
  namesExactly,
  newSite,
  observed,
  patched,
  podsOf,
  rolledOut,
  type Site,
} from './site.ts';

/** Causes that hold a rollout, injected for real. The budget is never one of them. */
const bed = currentBed();

const live = ({ namespace }: Site): Promise<Json> =>
  bed.api.get(`/apis/apps/v1/namespaces/${namespace}/deployments/auth-service`);

const container = podSpec().containers[0];
const behaving = (behaviour: string, image = 'auth-service:2') => ({
  spec: {
    template: {
      metadata: { annotations: { 'bed/behaves': behaviour } },
      spec: { containers: [{ ...container, image }] },
    },
  },
});
const newVersion = (pod: object = {}) => ({
  spec: { template: { spec: { containers: [{ ...container, image: 'auth-service:2' }], ...pod } } },
});
const roll = (site: Site, patch: object) => patched(site, 'deployment/auth-service', patch);
const back = (site: Site) =>
  bed.kubectl(['-n', site.namespace, 'rollout', 'undo', 'deployment/auth-service']).then(() => rolledOut(site));

/** What is there now, without what a rollout numbers. */
const spec = async (site: Site) => (await live(site)).spec;

const autoscaler = ({ namespace }: Site) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'auth-service-hpa', namespace },
  spec: {
    minReplicas: 3,
    maxReplicas: 6,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'auth-service' },
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
  },
});

/** Two deploys of manifests that say one replica, beside an autoscaler that wants three. */
async function fight(): Promise<Site> {
  const resources = { requests: { cpu: '100m' } };
  const pod = { containers: [{ ...container, resources }] };
  const site = await newSite('fight', { pod });
  await bed.kubectl('apply -f -', autoscaler(site));
  await until(
    'two deploys that took pods away',
    async () => {
      await bed.kubectl('apply -f -', deploymentOf(site.namespace, 'auth-service', { replicas: 1, pod }));
      await until('the autoscaler to raise it', async () => ((await spec(site)).replicas === 3 ? true : undefined), 60);
      await rolledOut(site);
      const { items } = await bed.api.get(`/api/v1/namespaces/${site.namespace}/events`);
      const resets = items.filter(({ message }: Json) => /^Scaled down .* from 3 to 1$/.test(message));
      return resets.reduce((sum: number, { count }: Json) => sum + count, 0) >= 2 ? true : undefined;
    },
    120,
  );
  return site;
}

/** Begun first and looked at last: that a pod does not end is told a minute after its time, and an autoscaler looks every 15 seconds. */
let held: Site;
let fought: Promise<Site>;
beforeAll(async () => {
  fought = fight();
  fought.catch(() => undefined);
  held = await newSite('held', { strategy: { type: 'Recreate' } });
  for (const { metadata } of await podsOf(held))
    await patched(held, `pod/${metadata.name}`, { metadata: { finalizers: ['orion.example/hold'] } });
  await roll(held, newVersion());
  await observed('the new version', () => live(held));
  const young = await comesTo(held, 'waiting');
  expect(young.report.findings.map(({ code }) => code)).toEqual(['rollout-slow-not-stuck']);
});

/** Takes the finalizers away, whatever became of the test: their namespace could not go else. */
async function release(): Promise<void> {
  for (const { metadata } of await podsOf(held)) {
    if (metadata.finalizers?.length > 0)
      await patched(held, `pod/${metadata.name}`, { metadata: { finalizers: null } });
  }
}
afterAll(async () => {
  await release();
  await fought.catch(() => undefined);
});

test('rollout-antiaffinity-deadlock: named while the budget allows evictions, mended by its strategy, taken back', async () => {
  const apart = {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app: 'auth-service' } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  };
  const site = await newSite('deadlock', { pod: { affinity: apart } });
  const before = (await spec(site)).strategy;
  await roll(site, newVersion());
  const { report } = await namesExactly(site, ['rollout-antiaffinity-deadlock']);
  expect(report.findings.find(({ root }) => root)?.because).toContain('0 may be missing and 1 may be too many');
  await mendedAndUndone(site, newHome(), 'let-one-go-first');
  expect((await spec(site)).strategy).toEqual(before);
  const images = (await podsOf(site)).map((pod) => pod.spec.containers[0].image);
  expect(new Set(images)).toEqual(new Set(['auth-service:2']));
});

test('rollout-image-pull: back to the version that serves, as a patch, and forward again by undo', async () => {
  const site = await newSite('pull');
  const first = (await spec(site)).template;
  await roll(site, behaving('image-pull'));
  const second = (await spec(site)).template;
  await namesExactly(site, ['rollout-image-pull']);
  const home = newHome();
  await mendedAndUndone(site, home, 'roll-back');
  expect((await spec(site)).template).toEqual(second);
  await namesExactly(site, ['rollout-image-pull']);
  await back(site);
  expect((await spec(site)).template).toEqual(first);
});

test('rollout-crashloop: named by its last end, and mended by the way back', async () => {
  const site = await newSite('crash');
  await roll(site, behaving('crash-loop'));
  const { report } = await namesExactly(site, ['rollout-crashloop']);
  expect(report.findings[0]?.because).toContain('exit code 1');
  await mendedAndUndone(site, newHome(), 'roll-back');
});

test('rollout-crashloop: where a variable differs, which is not read, the way back is left to kubectl', async () => {
  const env = (value: string) => [{ ...container, env: [{ name: 'LOG_LEVEL', value }] }];
  const site = await newSite('variable', { pod: { containers: env('info') } });
  const patch = behaving('crash-loop');
  await roll(site, {
    spec: { template: { ...patch.spec.template, spec: { containers: env('planted-level') } } },
  });
  const { report } = await namesExactly(site, ['rollout-crashloop']);
  const remedy = report.findings[0]?.remedies.find(({ id }) => id === 'roll-back');
  expect(remedy?.blockedBy).toContain('does not read');
  expect(JSON.stringify(report)).not.toContain('planted-level');
});

test('rollout-config-missing and rollout-unschedulable: each by its own name', async () => {
  const site = await newSite('config');
  await roll(site, behaving('config-missing'));
  await namesExactly(site, ['rollout-config-missing']);
  await back(site);
  const resources = { requests: { cpu: '64', memory: '128Mi' }, limits: { cpu: '64', memory: '512Mi' } };
  await roll(site, newVersion({ containers: [{ ...container, resources }] }));
  const { report } = await namesExactly(site, ['rollout-unschedulable']);
  expect(report.findings[0]?.because).toContain('3 nodes: Insufficient cpu');
  await back(site);
  await roll(site, newVersion({ schedulingGates: [{ name: 'orion.example/approval' }] }));
  const gated = await namesExactly(site, ['rollout-unschedulable']);
  expect(gated.report.findings[0]?.because).toContain('orion.example/approval');
});

test('rollout-readiness-failing: not while the pod may still be starting, and once it may not', async () => {
  const site = await newSite('unready');
  await roll(site, behaving('unready'));
  await comesTo(site, 'waiting');
  const pod = await until('a new pod that runs', async () =>
    (await podsOf(site)).find(
      ({ spec: { containers }, status }) =>
        containers[0].image === 'auth-service:2' && status.containerStatuses?.[0]?.state?.running,
    ),
  );
  const long = new Date(Date.now() - 1_200_000).toISOString().replace(/\.\d+Z/, 'Z');
  await bed.api.mergePatch(`/api/v1/namespaces/${site.namespace}/pods/${pod.metadata.name}/status`, {
    status: { conditions: pod.status.conditions.map((one: Json) => ({ ...one, lastTransitionTime: long })) },
  });
  await namesExactly(site, ['rollout-readiness-failing']);
  await back(site);
  await comesTo(site, 'healthy');
});

test('rollout-quota-or-admission: a full quota, and an account that is not there', async () => {
  const site = await newSite('quota');
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'tight', namespace: site.namespace } };
  await bed.kubectl('apply -f -', { ...quota, spec: { hard: { pods: '3' } } });
  await until('the quota to be counted', async () => {
    const { status } = await bed.api.get(`/api/v1/namespaces/${site.namespace}/resourcequotas/tight`);
    return status?.used?.pods === '3' ? true : undefined;
  });
  await roll(site, newVersion());
  const { report } = await namesExactly(site, ['rollout-quota-or-admission']);
  expect(report.findings[0]?.because).toContain('ResourceQuota tight is full');
  await roll(site, { spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } } });
  // The refusal stands until the quota has counted the old pod that goes.
  await rolledOut(site);
  await comesTo(site, 'healthy');
  await roll(site, { spec: { template: { spec: { serviceAccountName: 'auth-service' } } } });
  const account = await namesExactly(site, ['rollout-quota-or-admission']);
  expect(account.report.findings[0]?.because).toContain('there is no ServiceAccount auth-service');
});

test('rollout-paused: a change that waits is named, a pause without one is not', async () => {
  const site = await newSite('paused');
  await bed.kubectl(['-n', site.namespace, 'rollout', 'pause', 'deployment/auth-service']);
  await comesTo(site, 'healthy');
  await roll(site, newVersion());
  await namesExactly(site, ['rollout-paused']);
  await bed.kubectl(['-n', site.namespace, 'rollout', 'resume', 'deployment/auth-service']);
  await comesTo(site, 'healthy');
});

test('apply-rejected: what a refused selector leaves behind', async () => {
  const site = await newSite('rejected');
  const labels = { app: 'auth-service', 'app.kubernetes.io/part-of': 'orion' };
  const { namespace } = site;
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'auth-service', namespace, labels },
    spec: { selector: labels, ports: [{ name: 'http', port: 3001, targetPort: 3001 }] },
  };
  await bed.kubectl('apply -f -', service);
  await patched(site, 'pdb/auth-service-pdb', { metadata: { labels }, spec: { selector: { matchLabels: labels } } });
  await expect(bed.kubectl('apply -f -', deploymentOf(namespace, 'auth-service', { labels }))).rejects.toThrow(
    'field is immutable',
  );
  await until('the budget to be counted', async () => {
    const { status } = await bed.api.get(
      `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/auth-service-pdb`,
    );
    return status.expectedPods === 0 ? true : undefined;
  });
  await namesExactly(site, ['apply-rejected']);
});

test('a rollout that takes its time, and one that its controller has not seen yet, wait and name nothing', async () => {
  const site = await newSite('slow');
  await roll(site, { spec: { minReadySeconds: 2 } });
  await roll(site, newVersion());
  await observed('the new version', () => live(site));
  const slow = await comesTo(site, 'waiting');
  expect(slow.report.findings.map(({ code }) => code)).toEqual(['rollout-slow-not-stuck']);
  await comesTo(site, 'healthy');

  await bed.signal('kube-controller-manager', 'SIGSTOP');
  try {
    await roll(site, { spec: { template: { metadata: { annotations: { changed: 'again' } } } } });
    const lag = await diagnosed(site);
    expect(lag.code).toBe(4);
    expect(lag.report.findings.map(({ code }) => code)).toEqual(['controller-manager-lag']);
  } finally {
    await bed.signal('kube-controller-manager', 'SIGCONT');
  }
  await comesTo(site, 'healthy');
});

test('hpa-cannot-scale: it measures a share of a request that nobody made', async () => {
  const site = await newSite('share');
  const { namespace } = site;
  await bed.kubectl('apply -f -', autoscaler(site));
  const { report } = await namesExactly(site, ['hpa-cannot-scale'], 40);
  expect(report.findings[0]?.because).toContain('a container requests none');
  await bed.kubectl(['-n', namespace, 'delete', 'hpa', 'auth-service-hpa']);
  await comesTo(site, 'healthy');
});

test('terminating-stuck: finalizers that nobody takes away, and a strategy that waits for them', async () => {
  const { report } = await namesExactly(held, ['terminating-stuck'], 70);
  expect(report.findings.map(({ code, root }) => [code, root])).toEqual([
    ['terminating-stuck', true],
    ['strategy-recreate-blocked', false],
  ]);
  expect(report.impact).toContain('none of 3 pods is ready');
  await release();
  await rolledOut(held);
  await comesTo(held, 'healthy');
});

test('hpa-replicas-fight: told by what both did, although all is well again', async () => {
  const site = await fought;
  const { report } = await namesExactly(site, ['hpa-replicas-fight']);
  expect(report.findings[0]?.because).toContain("below the autoscaler's minimum of 3");
  expect(report.impact).toContain('users are served by 3 of 3 pods');
});
