import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { at, condition, numberAt, textAt } from '../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { nextSizes } from '../../src/practice/controllers/rolling-update.ts';
import { quietCluster } from './quiet-cluster.ts';

const deployment = (more: object = {}, pod: object = {}) => ({
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'auth' } },
    template: {
      metadata: { labels: { app: 'auth' } },
      spec: { containers: [{ name: 'main', image: 'auth:1' }], ...pod },
    },
    ...more,
  },
});
const strict = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app: 'auth' } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
};
type Quiet = ReturnType<typeof quietCluster>;
const ready = (it: Quiet) => it.all('Pod').filter((pod) => condition(pod, 'Ready')?.status === 'True').length;
const newImage = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'main', image }] } } } });

describe('a Deployment', () => {
  test('comes up on three nodes, and says so as recorded', () => {
    const it = quietCluster();
    it.put('Deployment/auth', deployment());
    expect(
      it
        .all('Pod')
        .map((pod) => textAt(pod, 'spec.nodeName'))
        .toSorted(),
    ).toEqual(['node-0', 'node-1', 'node-2']);
    expect(it.conditions('Deployment', 'auth')[0]).toBe(
      'Available=False MinimumReplicasUnavailable: Deployment does not have minimum availability.',
    );
    it.pass(5);
    const [set] = it.all('ReplicaSet');
    expect(it.get('Deployment', 'auth')).toMatchObject({
      metadata: { generation: 1, annotations: { 'deployment.kubernetes.io/revision': '1' } },
      status: { replicas: 3, readyReplicas: 3, updatedReplicas: 3, availableReplicas: 3, observedGeneration: 1 },
    });
    expect(it.conditions('Deployment', 'auth')).toEqual([
      'Available=True MinimumReplicasAvailable: Deployment has minimum availability.',
      `Progressing=True NewReplicaSetAvailable: ReplicaSet "${set?.metadata.name}" has successfully progressed.`,
    ]);
  });

  test('rolls to a new template without ever having fewer than its bounds allow', () => {
    const it = quietCluster();
    it.put('Deployment/auth', deployment());
    it.pass(5);
    it.put('Deployment/auth', newImage('auth:2'));
    for (let second = 0; second < 40; second += 1) {
      expect(ready(it)).toBeGreaterThanOrEqual(3);
      expect(it.all('Pod').filter((pod) => pod.metadata.deletionTimestamp === undefined).length).toBeLessThanOrEqual(4);
      it.pass(1);
    }
    expect(it.all('Pod').map((pod) => textAt(pod, 'spec.containers.0.image'))).toEqual(['auth:2', 'auth:2', 'auth:2']);
    expect(
      it
        .all('ReplicaSet')
        .map((set) => numberAt(set, 'spec.replicas'))
        .toSorted(),
    ).toEqual([0, 3]);
    expect(it.get('Deployment', 'auth')?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '2',
    });
  });

  test('whose pods must not share a node deadlocks its own rollout, and is freed by letting one go first', () => {
    const it = quietCluster();
    it.put('Deployment/auth', deployment({}, strict));
    it.pass(5);
    it.put('Deployment/auth', newImage('auth:2'));
    it.pass(30);
    const [pending] = it.all('Pod').filter((pod) => textAt(pod, 'spec.nodeName') === undefined);
    const why =
      "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.";
    expect(condition(pending, 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message: why,
    });
    expect(it.events(pending?.metadata.name ?? '')).toEqual([`FailedScheduling ${why}`]);
    expect(it.conditions('Deployment', 'auth')[1]).toMatch(/^Progressing=True ReplicaSetUpdated/);
    it.pass(600);
    expect(it.conditions('Deployment', 'auth')[1]).toMatch(
      /^Progressing=False ProgressDeadlineExceeded: ReplicaSet "auth-\w{10}" has timed out progressing\.$/,
    );
    it.put('Deployment/auth', { spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } } });
    it.pass(60);
    expect(it.conditions('Deployment', 'auth')[1]).toMatch(/^Progressing=True NewReplicaSetAvailable/);
    expect(it.all('Pod').every((pod) => textAt(pod, 'spec.containers.0.image') === 'auth:2')).toBe(true);
  });

  test('that a quota stops says so, without a pod', () => {
    const it = quietCluster();
    it.put('ResourceQuota/pods', { spec: { hard: { pods: '2' } } });
    it.put('Deployment/auth', deployment());
    it.pass(5);
    const [set] = it.all('ReplicaSet');
    expect(ready(it)).toBe(2);
    const words =
      /^pods "auth-\w{10}-\w{5}" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=2, limited: pods=2$/;
    expect(condition(set, 'ReplicaFailure')).toMatchObject({
      status: 'True',
      reason: 'FailedCreate',
      message: expect.stringMatching(words),
    });
    expect(condition(it.get('Deployment', 'auth'), 'ReplicaFailure')).toMatchObject({
      status: 'True',
      reason: 'FailedCreate',
    });
    expect(it.events(set?.metadata.name ?? '').filter((said) => said.startsWith('FailedCreate'))).toHaveLength(1);
    it.put('ResourceQuota/pods', { spec: { hard: { pods: '5' } } });
    it.put(`ReplicaSet/${set?.metadata.name}`, { metadata: { annotations: { touched: 'yes' } } });
    it.pass(5);
    expect(ready(it)).toBe(3);
  });
});

test('a rollback takes the old ReplicaSet up again as a new revision', () => {
  const it = quietCluster();
  it.put('Deployment/auth', deployment());
  it.pass(5);
  it.put('Deployment/auth', newImage('auth:2'));
  it.pass(60);
  it.put('Deployment/auth', newImage('auth:1'));
  it.pass(60);
  expect(it.all('ReplicaSet')).toHaveLength(2);
  expect(it.get('Deployment', 'auth')?.metadata.annotations).toMatchObject({
    'deployment.kubernetes.io/revision': '3',
  });
});

describe('pods that were recorded as broken', () => {
  const image = 'registry.example.org/auth:typo';
  const broken: readonly KubernetesObject[] = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'auth', namespace: 'orion', uid: 'd', generation: 1 },
      ...deployment({ replicas: 1 }, { containers: [{ name: 'main', image }] }),
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1 },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: 'auth-aaaa',
        namespace: 'orion',
        uid: 'r',
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'auth', uid: 'd', controller: true }],
      },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'auth' } },
        template: {
          metadata: { labels: { app: 'auth', 'pod-template-hash': 'aaaa' } },
          spec: { containers: [{ name: 'main', image }] },
        },
      },
      status: { replicas: 1 },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'auth-aaaa-1',
        namespace: 'orion',
        uid: 'p',
        labels: { app: 'auth', 'pod-template-hash': 'aaaa' },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'auth-aaaa', uid: 'r', controller: true }],
      },
      spec: { containers: [{ name: 'main', image }], nodeName: 'node-0' },
      status: {
        phase: 'Pending',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [{ name: 'main', ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } }],
      },
    },
  ];

  test('stay so, their replacements too, until the template is another', () => {
    const it = quietCluster({ objects: broken });
    const version = it.cluster.store.version;
    it.pass(3600);
    expect(it.cluster.store.version).toBe(version);
    it.put('Pod/auth-aaaa-1', null);
    it.pass(60);
    const [pod] = it.all('Pod');
    expect(pod?.metadata.name).not.toBe('auth-aaaa-1');
    expect(at(pod, 'status.containerStatuses.0.state.waiting.reason')).toBe('ImagePullBackOff');
    it.put('Deployment/auth', newImage('registry.example.org/auth:1'));
    it.pass(60);
    expect(it.all('Pod')).toHaveLength(1);
    expect(ready(it)).toBe(1);
  });
});

test('a budget follows its pods, and an HPA keeps the minimum', () => {
  const it = quietCluster();
  const resources = { requests: { cpu: '100m' } };
  it.put(
    'Deployment/auth',
    deployment({ replicas: 1 }, { containers: [{ name: 'main', image: 'auth:1', resources }] }),
  );
  it.put('PodDisruptionBudget/auth', { spec: { minAvailable: 1, selector: { matchLabels: { app: 'auth' } } } });
  it.pass(5);
  expect(it.get('PodDisruptionBudget', 'auth')).toMatchObject({
    status: { currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 1, observedGeneration: 1 },
  });
  expect(it.conditions('PodDisruptionBudget', 'auth')).toEqual(['DisruptionAllowed=False InsufficientPods: ']);
  it.put('HorizontalPodAutoscaler/auth', {
    spec: {
      minReplicas: 2,
      maxReplicas: 4,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'auth' },
    },
  });
  it.pass(5);
  expect(it.events('auth')).toContain(
    'SuccessfulRescale New size: 2; reason: Current number of replicas below Spec.MinReplicas',
  );
  expect(it.get('HorizontalPodAutoscaler', 'auth')).toMatchObject({
    status: { currentReplicas: 2, desiredReplicas: 2 },
  });
  expect(it.get('PodDisruptionBudget', 'auth')).toMatchObject({ status: { currentHealthy: 2, disruptionsAllowed: 1 } });
  expect(it.conditions('PodDisruptionBudget', 'auth')).toEqual(['DisruptionAllowed=True SufficientPods: ']);
});

test('a budget in shares follows what is wanted, though no pod comes', () => {
  const it = quietCluster();
  it.put('ResourceQuota/pods', { spec: { hard: { pods: '3' } } });
  it.put('Deployment/auth', deployment());
  it.put('PodDisruptionBudget/auth', { spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'auth' } } } });
  it.pass(5);
  expect(it.get('PodDisruptionBudget', 'auth')).toMatchObject({
    status: { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 },
  });
  // Loaded again as a record, the budget has not been touched by anybody.
  const again = quietCluster({ objects: it.cluster.store.all() });
  again.put('Deployment/auth', { spec: { replicas: 5 } });
  expect(again.get('PodDisruptionBudget', 'auth')).toMatchObject({
    status: { expectedPods: 5, desiredHealthy: 4, disruptionsAllowed: 0 },
  });
});

test('Services get their endpoints, and served Ingresses the address of the load balancer', () => {
  const it = quietCluster();
  it.put(
    'Deployment/auth',
    deployment({}, { containers: [{ name: 'main', image: 'auth:1', ports: [{ name: 'http', containerPort: 3001 }] }] }),
  );
  it.put('Service/auth', {
    spec: { selector: { app: 'auth' }, ports: [{ name: 'http', port: 3001, targetPort: 'http' }] },
  });
  it.put('Ingress/auth', { spec: { ingressClassName: 'nginx', rules: [{ host: 'a.example.org' }] } });
  it.put('Ingress/other', { spec: { ingressClassName: 'absent', rules: [{ host: 'a.example.org' }] } });
  it.pass(61);
  expect(it.all('EndpointSlice')).toMatchObject([
    { ports: [{ name: 'http', port: 3001, protocol: 'TCP' }], endpoints: [{ conditions: { ready: true } }, {}, {}] },
  ]);
  expect(it.get('Ingress', 'auth')).toMatchObject({ status: { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } } });
  expect(it.get('Ingress', 'other')?.['status']).toBeUndefined();
});

const sizes = fc
  .record({ replicas: fc.nat(8), gap: fc.nat(8) })
  .map(({ replicas, gap }) => ({ replicas, available: Math.max(0, replicas - gap) }));

property.prop([fc.integer({ min: 1, max: 8 }), sizes, fc.array(sizes, { maxLength: 3 }), fc.nat(3), fc.nat(3)])(
  'a step of a rolling update surges no further than allowed, and takes no pod that is needed',
  (wanted, fresh, old, maxSurge, missing) => {
    const maxUnavailable = maxSurge + missing === 0 ? 1 : missing;
    const sets = [{ name: 'new', ...fresh }, ...old.map((set, place) => ({ name: `old-${place}`, ...set }))];
    const [first = { name: 'new', replicas: 0, available: 0 }, ...rest] = sets;
    const next = nextSizes(wanted, first, rest, { maxSurge, maxUnavailable });
    const total = (held: readonly { name: string; replicas: number }[]) =>
      held.reduce((sum, { name, replicas }) => sum + (next.get(name) ?? replicas), 0);
    const before = sets.reduce((sum, { replicas }) => sum + replicas, 0);
    expect(total(sets)).toBeLessThanOrEqual(Math.max(before, wanted + maxSurge));
    // In the worst case those that go are available ones.
    const lost = rest.reduce(
      (sum, { name, replicas, available }) => sum + Math.max(0, available - (next.get(name) ?? replicas)),
      0,
    );
    const available = sets.reduce((sum, set) => sum + set.available, 0);
    if (lost > 0) expect(available - lost).toBeGreaterThanOrEqual(wanted - maxUnavailable);
  },
);
