import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { podSpec } from '../sample-objects.ts';
import {
  budgetOver,
  comesTo,
  deploymentOf,
  diagnosed,
  namesExactly,
  newSite,
  patched,
  podsOf,
  rolledOut,
  type Site,
} from './site.ts';

/** What is only a fault once it has lasted: injected for real, begun before all else and looked at last. */
const bed = currentBed();

const container = podSpec().containers[0];
const newVersion = { spec: { template: { spec: { containers: [{ ...container, image: 'auth-service:2' }] } } } };
const seconds = (moment: number): string => new Date(moment).toISOString().replace(/\.\d+Z/, 'Z');

/** Recreate, and pods that use their hour of grace. */
let outage: Site;
/** All pods on a node that stops answering. */
let lost: Site;
const nodeName = 'worker-lost';
const nodePath = `/api/v1/nodes/${nodeName}`;

beforeAll(async () => {
  outage = await newSite('outage', { strategy: { type: 'Recreate' }, pod: { terminationGracePeriodSeconds: 3600 } });
  for (const { metadata } of await podsOf(outage))
    await patched(outage, `pod/${metadata.name}`, { metadata: { annotations: { 'bed/behaves': 'lingers' } } });
  await patched(outage, 'deployment/auth-service', newVersion);
  lost = await onOneNode();
  await stopsAnswering();
});
afterAll(async () => {
  await bed.kubectl(['delete', 'node', nodeName, '--ignore-not-found']);
  for (const site of [outage, lost]) await endPods(site, () => true);
});

/** As a kubelet takes them away. */
async function endPods(site: Site, which: (pod: Json) => boolean): Promise<void> {
  const names = (await podsOf(site)).filter(which).map(({ metadata }) => metadata.name);
  await bed.kubectl(['-n', site.namespace, 'delete', 'pod', ...names, '--force', '--grace-period=0']);
}

const condition = (status: string, reason: string) => ({
  conditions: [
    {
      type: 'Ready',
      status,
      reason,
      message: '',
      lastHeartbeatTime: seconds(Date.now()),
      lastTransitionTime: seconds(Date.now()),
    },
  ],
});

/** A node without a kubelet, and the Deployment on it: the test is the kubelet, as long as there is one. */
async function onOneNode(): Promise<Site> {
  const room = { cpu: '8', memory: '16Gi', pods: '110' };
  await bed.api.create('/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: nodeName, labels: { 'kubernetes.io/hostname': nodeName } },
    spec: {},
    status: { capacity: room, allocatable: room, ...condition('True', 'KubeletReady') },
  });
  // As it comes it is tainted as not ready; a pod that is placed before that is taken off only prefers it, and goes elsewhere.
  await until('the node to take pods', async () => ((await bed.api.get(nodePath)).spec.taints ? undefined : true));
  const namespace = await bed.namespace('lost');
  const preference = { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [nodeName] }] };
  const pod = {
    terminationGracePeriodSeconds: 1,
    affinity: {
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }] },
    },
    tolerations: ['unreachable', 'not-ready'].map((taint) => ({
      key: `node.kubernetes.io/${taint}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 1,
    })),
  };
  await bed.kubectl('apply -f -', deploymentOf(namespace, 'auth-service', { pod }));
  const site = { namespace };
  const pods = await until('three pods on the node', async () => {
    const placed = (await podsOf(site)).filter(({ spec }) => spec.nodeName === nodeName);
    return placed.length === 3 ? placed : undefined;
  });
  for (const { metadata } of pods) {
    const conditions = ['Initialized', 'ContainersReady', 'Ready'].map((type) => ({ type, status: 'True' }));
    const state = { running: { startedAt: seconds(Date.now()) } };
    const containerStatuses = [
      { name: 'app', image: container?.image, imageID: '', ready: true, restartCount: 0, state },
    ];
    await bed.api.mergePatch(`/api/v1/namespaces/${namespace}/pods/${metadata.name}/status`, {
      status: { phase: 'Running', conditions, containerStatuses },
    });
  }
  await rolledOut(site);
  await bed.kubectl('apply -f -', budgetOver(namespace, 'auth-service-pdb', { minAvailable: 1 }));
  return site;
}

/** As the node lifecycle controller puts it down once no heartbeat came for a while; what follows is its own doing. */
async function stopsAnswering(): Promise<void> {
  await comesTo(lost, 'healthy');
  await bed.api.mergePatch(`${nodePath}/status`, { status: condition('Unknown', 'NodeStatusUnknown') });
  await until('its pods to be told to end', async () => {
    const pods = await podsOf(lost);
    const ending = pods.filter(({ metadata }) => metadata.deletionTimestamp);
    return ending.length === 3 && pods.length === 6 ? true : undefined;
  });
}

test('controller-manager-lag: the controller hangs for longer than a minute', async () => {
  const site = await newSite('lag');
  const path = `/apis/apps/v1/namespaces/${site.namespace}/deployments/auth-service`;
  await bed.signal('kube-controller-manager', 'SIGSTOP');
  try {
    await patched(site, 'deployment/auth-service', newVersion);
    await comesTo(site, 'waiting');
    // As if it had been written ten minutes ago: the API server keeps what it is given there.
    const { metadata } = await bed.api.get(path);
    const time = seconds(Date.now() - 600_000);
    const managedFields = metadata.managedFields.map((entry: Json) => (entry.subresource ? entry : { ...entry, time }));
    await bed.api.mergePatch(path, { metadata: { managedFields } });
    const { report } = await namesExactly(site, ['controller-manager-lag']);
    expect(report.findings[0]?.because).toContain('its controller has not looked at it since');
  } finally {
    await bed.signal('kube-controller-manager', 'SIGCONT');
  }
  await rolledOut(site);
  await comesTo(site, 'healthy');
});

test('strategy-recreate-blocked: an hour of grace for the old pods is an outage as long', async () => {
  const { report } = await namesExactly(outage, ['strategy-recreate-blocked'], 70);
  expect(report.impact).toContain('users are not served: none of 3 pods is ready');
  const [remedy] = report.findings[0]?.remedies ?? [];
  expect(remedy?.id).toBe('roll-instead');
  // The command that is shown is one that works.
  await patched(outage, 'deployment/auth-service', {
    spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
  });
  await rolledOut(outage);
  const after = await diagnosed(outage);
  expect(after.report.rootCauses).toEqual([]);
  expect(after.report.impact).toContain('users are served by 3 of 3 pods');
});

test('terminating-stuck: pods on a node that does not answer, until it comes back', async () => {
  const { report } = await namesExactly(lost, ['terminating-stuck'], 70);
  expect(report.findings[0]?.because).toContain(`its node ${nodeName} does not answer`);
  expect(report.findings[0]?.remedies.map(({ id, automatic }) => [id, automatic])).toEqual([
    ['make-sure-of-the-node', 'no'],
  ]);
  // Its kubelet is back, and says that they have ended.
  await bed.api.mergePatch(`${nodePath}/status`, { status: condition('True', 'KubeletReady') });
  await endPods(lost, ({ metadata }) => metadata.deletionTimestamp !== undefined);
  await comesTo(lost, 'healthy');
});
