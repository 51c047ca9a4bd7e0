import { expect, test } from 'vitest';
import { condition, textAt } from '../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { quietCluster } from './quiet-cluster.ts';

/** What keeps the pods of a Deployment from being made, placed or taken away, and what frees them. */
const deployment = (pod: object = {}, replicas = 3) => ({
  spec: {
    replicas,
    selector: { matchLabels: { app: 'auth' } },
    template: {
      metadata: { labels: { app: 'auth' } },
      spec: { containers: [{ name: 'main', image: 'auth:1', resources: { requests: { cpu: '100m' } } }], ...pod },
    },
  },
});
type Quiet = ReturnType<typeof quietCluster>;
const pods = (it: Quiet): readonly KubernetesObject[] => it.all('Pod');
const unplaced = (it: Quiet) => pods(it).filter((pod) => textAt(pod, 'spec.nodeName') === undefined);

test('an account that is not there refuses the pods; once it is, they are made', () => {
  const it = quietCluster();
  it.put('Deployment/auth', deployment({ serviceAccountName: 'auth' }));
  const [set] = it.all('ReplicaSet');
  expect(condition(set, 'ReplicaFailure')?.message).toContain(
    'error looking up service account orion/auth: serviceaccount "auth" not found',
  );
  expect(pods(it)).toEqual([]);
  it.put('ServiceAccount/auth', {});
  expect(pods(it)).toHaveLength(3);
});

test('a raised quota lets the pods come', () => {
  const it = quietCluster();
  it.put('ResourceQuota/pods', { spec: { hard: { pods: '2' } } });
  it.put('Deployment/auth', deployment());
  it.pass(60);
  expect(pods(it).length).toBeLessThan(3);
  it.put('ResourceQuota/pods', { spec: { hard: { pods: '3' } } });
  expect(pods(it)).toHaveLength(3);
});

test('a port of the node is for one pod on each', () => {
  const it = quietCluster();
  const ports = [{ containerPort: 3001, hostPort: 33001 }];
  it.put('Deployment/auth', deployment({ containers: [{ name: 'main', image: 'auth:1', ports }] }, 4));
  it.pass(10);
  const [left] = unplaced(it);
  expect(unplaced(it)).toHaveLength(1);
  expect(condition(left, 'PodScheduled')?.message).toContain(
    "3 node(s) didn't have free ports for the requested pod ports",
  );
});

test('a gated pod is not placed', () => {
  const it = quietCluster();
  it.put('Deployment/auth', deployment({ schedulingGates: [{ name: 'orion.example/approval' }] }));
  it.pass(60);
  expect(unplaced(it)).toHaveLength(3);
});

test('two autoscalers for one Deployment, and none scales, until one goes', () => {
  const it = quietCluster();
  it.put('Deployment/auth', deployment());
  it.pass(10);
  const scaler = { spec: { maxReplicas: 6, minReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'auth' } } };
  const active = () => condition(it.get('HorizontalPodAutoscaler', 'one'), 'ScalingActive');
  it.put('HorizontalPodAutoscaler/one', scaler);
  expect(active()?.status).toBe('True');
  it.put('HorizontalPodAutoscaler/two', scaler);
  expect(active()).toMatchObject({
    status: 'False',
    reason: 'AmbiguousSelector',
    message: 'pods by selector app=auth are controlled by multiple HPAs: [orion/one orion/two]',
  });
  it.put('HorizontalPodAutoscaler/two', null);
  expect(active()?.status).toBe('True');
});

test('a pod on a node that does not answer does not end, until the node is back', () => {
  const it = quietCluster();
  it.put('Deployment/auth', deployment({}, 1));
  it.pass(10);
  const [pod] = pods(it);
  const node = `Node/${textAt(pod, 'spec.nodeName')}`;
  const ready = (status: string) => ({ status: { conditions: [{ type: 'Ready', status }] } });
  it.put(node, ready('Unknown'));
  it.put('Deployment/auth', { spec: { replicas: 0 } });
  it.pass(600);
  expect(pods(it)).toHaveLength(1);
  it.put(node, ready('True'));
  it.pass(10);
  expect(pods(it)).toEqual([]);
});

test('a recorded event is gone an hour after it last happened', () => {
  const event = (name: string, lastTimestamp: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'orion', creationTimestamp: '2026-11-23T03:00:00Z' },
    involvedObject: { kind: 'Deployment', name: 'auth', namespace: 'orion' },
    reason: 'ScalingReplicaSet',
    lastTimestamp,
  });
  const it = quietCluster({ objects: [event('late', '2026-11-23T04:50:00Z'), event('old', '2026-11-23T03:30:00Z')] });
  const names = () => it.all('Event').map(({ metadata }) => metadata.name);
  it.pass(49 * 60);
  expect(names()).toContain('late');
  it.pass(2 * 60);
  expect(names()).not.toContain('late');
  // It was over before the story began, and is part of it.
  expect(names()).toContain('old');
});
