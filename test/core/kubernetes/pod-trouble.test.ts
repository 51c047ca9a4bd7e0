import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { lastEnd, podTrouble } from '../../../src/core/kubernetes/pod-trouble.ts';

const now = new Date('2026-11-26T09:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();

const pod = (status: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'auth', ...metadata },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
    ...status,
  },
});
const container = (state: object, more: object = {}) => ({
  containerStatuses: [{ name: 'auth', ready: false, restartCount: 0, state, ...more }],
});
const waiting = (reason: string) => container({ waiting: { reason, message: 'says so' } });
const ended = (minutes: number, restartCount: number) =>
  container(
    { running: {} },
    { restartCount, lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(minutes) } } },
  );

test.each([
  ['ImagePullBackOff', 'image'],
  ['InvalidImageName', 'image'],
  ['CrashLoopBackOff', 'crash'],
  ['RunContainerError', 'crash'],
  ['CreateContainerConfigError', 'config'],
  ['CreateContainerError', 'other'],
  ['ContainerCreating', 'starting'],
  ['PodInitializing', 'starting'],
])('a container that waits with %s: %s', (reason, is) => {
  expect(podTrouble(pod({ ...waiting(reason), phase: 'Pending' }), now)).toMatchObject({ is });
});

test.each([
  ['just now, for the second time', ended(1, 2), 'crash'],
  ['once: it may have waited for something', ended(1, 1), 'unready'],
  ['hours ago, and it has stayed up since', ended(180, 5), 'unready'],
])('a container that runs and ended %s', (_, status, is) => {
  expect(podTrouble(pod(status), now)).toMatchObject({ is });
});

test('where it was never placed, that is the reason, whatever else is said', () => {
  const of = (reason: string) =>
    pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason, message: '0/3 nodes' }] });
  expect(podTrouble(of('Unschedulable'), now)).toMatchObject({ is: 'unscheduled', message: '0/3 nodes' });
  expect(podTrouble(of('SchedulingGated'), now)).toMatchObject({ is: 'gated' });
});

test('an init container comes before what waits for it', () => {
  const status = {
    phase: 'Pending',
    initContainerStatuses: [{ name: 'migrate', restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    ...waiting('PodInitializing'),
  };
  expect(podTrouble(pod(status), now)).toMatchObject({ is: 'crash', container: 'migrate' });
});

test('a pod that is ready, or that ends, has no trouble', () => {
  const ready = { conditions: [{ type: 'Ready', status: 'True' }], ...ended(1, 9) };
  expect(podTrouble(pod(ready), now)).toBeUndefined();
  expect(podTrouble(pod(waiting('CrashLoopBackOff'), { deletionTimestamp: ago(1) }), now)).toBeUndefined();
});

test('how a container ended last', () => {
  expect(lastEnd(pod(ended(1, 2)), 'auth')).toEqual({ reason: 'Error', exitCode: 1 });
  expect(lastEnd(pod(ended(1, 2)), 'other')).toBeUndefined();
});
