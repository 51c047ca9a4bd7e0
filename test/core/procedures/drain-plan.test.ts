import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { type Around, drainPlan, longName } from '../../../src/core/procedures/drain-plan.ts';

const node = (name: string, spec: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: name },
  spec,
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
});
const pod = (name: string, on: string, more: object = {}, namespace = 'orion-staging'): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace,
    uid: name,
    labels: namespace === 'orion-staging' ? { app: 'auth-service' } : {},
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'r', controller: true }],
    ...more,
  },
  spec: { nodeName: on },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
});
const budget = (status: object = { desiredHealthy: 1, disruptionsAllowed: 2 }): KubernetesObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'auth-service-pdb', namespace: 'orion-staging' },
  spec: { selector: { matchLabels: { app: 'auth-service' } } },
  status,
});
const sound: Around = {
  nodes: [node('a'), node('b'), node('c')],
  pods: [pod('one', 'a'), pod('two', 'a'), pod('three', 'b')],
  budgets: [budget()],
  everybody: undefined,
};
const whyNot = (around: Partial<Around>, named?: string) => {
  const plan = drainPlan({ ...sound, ...around }, named);
  return plan.is === 'no' ? plan.because : `drains ${plan.node.metadata.name}`;
};

test('the node with the fewest of our pods is drained, of those that have one; only our pods go', () => {
  const plan = drainPlan(sound, undefined);
  expect(plan).toMatchObject({ is: 'plan', scope: 'own-pods', readyBefore: 3, wanted: 1 });
  expect(plan.is === 'plan' && plan.evict.map(longName)).toEqual(['orion-staging/three']);
});

describe('nothing is begun', () => {
  test.each([
    ['where the named node has none of our pods', {}, 'c', 'c has no pod of the service'],
    ['where it is not there', {}, 'z', 'there is no node "z"'],
    ['where somebody cordoned it', { nodes: [node('a'), node('b', { unschedulable: true })] }, 'b', 'cordoned already'],
    [
      'where no other node takes pods',
      { nodes: [node('a'), node('b', { unschedulable: true })] },
      undefined,
      'nowhere to go',
    ],
    ['where no budget covers the pods', { budgets: [] }, undefined, '0 budgets select the pods'],
    ['where two do', { budgets: [budget(), budget()] }, undefined, '2 budgets select the pods'],
    [
      'where the budget lets none go',
      { budgets: [budget({ desiredHealthy: 3, disruptionsAllowed: 0 })] },
      undefined,
      'none may go',
    ],
    [
      'where one of ours would be made again by nobody',
      { pods: [...sound.pods.slice(0, 2), pod('three', 'b', { ownerReferences: [] })] },
      'b',
      'orion-staging/three would be lost',
    ],
    ['where the controller has not counted', { budgets: [budget({})] }, undefined, 'none may go'],
  ])('%s', (_, around, named, because) => {
    expect(whyNot(around, named)).toContain(because);
  });
});

describe('the whole node', () => {
  const daemon = {
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'd', controller: true }],
  };
  const mirror = { annotations: { 'kubernetes.io/config.mirror': 'x' }, ownerReferences: [] };
  const others = [
    pod('db', 'b', {}, 'data'),
    pod('log', 'b', daemon, 'logging'),
    pod('proxy', 'b', mirror, 'kube-system'),
  ];

  test('lists everybody: ours first, then the others; DaemonSets and static pods stay', () => {
    const plan = drainPlan({ ...sound, everybody: [...sound.pods, ...others, pod('far', 'a', {}, 'data')] }, 'b');
    if (plan.is === 'no') throw new Error(plan.because);
    expect(plan.evict.map(longName)).toEqual(['orion-staging/three', 'data/db']);
    expect(plan.stays.map(({ pod: one, because }) => `${longName(one)} ${because}`)).toEqual([
      'logging/log of a DaemonSet',
      "kube-system/proxy the node's own static pod",
    ]);
  });

  test('is refused where a pod would be made again by nobody: it is named, with the data that goes with it', () => {
    const bare = pod('debug', 'b', { ownerReferences: [] }, 'data');
    const full = { ...bare, spec: { nodeName: 'b', volumes: [{ name: 'tmp', emptyDir: {} }] } };
    expect(whyNot({ everybody: [...sound.pods, bare] }, 'b')).toBe(
      'data/debug would be lost: no controller makes it again',
    );
    expect(whyNot({ everybody: [...sound.pods, full] }, 'b')).toContain('data/debug with its emptyDir would be lost');
  });

  test('has ended pods on it, which nobody needs to evict', () => {
    const job = { ...pod('job', 'b', { ownerReferences: [] }, 'data'), status: { phase: 'Succeeded' } };
    expect(whyNot({ everybody: [...sound.pods, job] }, 'b')).toBe('drains b');
  });
});
