import { expect, test } from 'vitest';
import { renewalClocks } from '../../../src/core/kubernetes/leader-lease.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

type Entries = NonNullable<KubernetesObject['metadata']['managedFields']>;

const [holder, server, later] = ['2026-11-23T04:00:00Z', '2026-11-23T05:00:00Z', '2026-11-23T06:00:00Z'];
const renewal = {
  manager: 'controller',
  operation: 'Update',
  time: server,
  fieldsV1: { 'f:spec': { 'f:renewTime': {} } },
} as Entries[number];
const labelled = {
  manager: 'kubectl-label',
  operation: 'Update',
  time: later,
  fieldsV1: { 'f:metadata': { 'f:labels': {} } },
} as Entries[number];
const lease = (managedFields: Entries, renewTime: string | undefined = holder): KubernetesObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'cert-manager-controller', namespace: 'kube-system', uid: 'u', managedFields },
  spec: { renewTime },
});
const clocks = { holder: new Date(holder), server: new Date(server) };

test('a renewal holds the clock of its holder and that of the API server', () => {
  expect(renewalClocks(lease([renewal]))).toEqual(clocks);
});

test('who only labels the Lease does not make its holder late', () => {
  expect(renewalClocks(lease([labelled, renewal]))).toEqual(clocks);
  expect(renewalClocks(lease([renewal, labelled]))).toEqual(clocks);
});

test('where it does not stand which write renewed it, nothing is said', () => {
  const { fieldsV1: _, ...unknown } = renewal;
  expect(renewalClocks(lease([unknown, labelled]))).toBeUndefined();
  expect(renewalClocks(lease([]))).toBeUndefined();
  expect(renewalClocks(lease([renewal], ''))).toBeUndefined();
});
