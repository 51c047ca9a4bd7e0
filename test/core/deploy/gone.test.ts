import { expect, test } from 'vitest';
import { withSet } from '../../../src/core/deploy/applied-set.ts';
import { goneSince, setThatNeeds, userOfSecret } from '../../../src/core/deploy/gone.ts';
import type { Memory } from '../../../src/core/deploy/memory.ts';
import type { KubernetesObject, ObjectRef } from '../../../src/core/kubernetes/object.ts';
import { sha256 } from '../manifests/sample-settings.ts';

const namespace = 'orion-staging';
const map = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
});
const secret = (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'Secret', name, namespace });
const about = { at: '', by: '', gateDigest: '', image: '', revision: null, from: null, overridden: null };

/** Each set has its own Secret, and they follow one another. */
function rotated(times: number): Memory {
  let sets: Pick<Memory, 'sets' | 'objects'> = { sets: [], objects: {} };
  let inventory: readonly ObjectRef[] = [];
  for (let n = 1; n <= times; n += 1) {
    sets = withSet(sets, [map('a')], { ...about, secrets: [secret(`values-${n}`)] }, sha256);
    inventory = [...inventory, secret(`values-${n}`)];
  }
  return { inventory, digest: '', gateDigest: '', image: '', gate: null, ...sets };
}

test('a Secret of a set that is remembered no more is still known, and no set needs it', () => {
  const memory = rotated(12);
  const gone = goneSince(memory, [map('a')], sha256).map(({ name }) => name);
  expect(gone).toContain('values-1');
  expect(setThatNeeds(memory.sets, secret('values-1'))).toBeUndefined();
  expect(setThatNeeds(memory.sets, secret('values-2'))).toBeUndefined();
  expect(setThatNeeds(memory.sets, secret('values-3'))?.number).toBe(3);
});

test('what an earlier set had and this one has not, and never a namespace', () => {
  const before = withSet({ sets: [], objects: {} }, [map('a'), map('b')], { ...about, secrets: [] }, sha256);
  const inventory = [{ apiVersion: 'v1', kind: 'Namespace', name: namespace }];
  const memory = { ...rotated(0), ...before, inventory };
  expect(goneSince(memory, [map('a')], sha256).map(({ name }) => name)).toEqual(['b']);
});

const pod = (spec: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'x', namespace },
  spec,
});
const replicaSet = (spec: object): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'auth-1', namespace, annotations: { 'deployment.kubernetes.io/revision': '4' } },
  spec: { template: { spec } },
});

test.each([
  ['a variable', { containers: [{ name: 'a', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's' } } }] }] }],
  ['all variables', { containers: [{ name: 'a', envFrom: [{ secretRef: { name: 's' } }] }] }],
  ['a container that runs first', { initContainers: [{ name: 'a', envFrom: [{ secretRef: { name: 's' } }] }] }],
  ['a volume', { containers: [], volumes: [{ name: 'v', secret: { secretName: 's' } }] }],
  [
    'a projected volume',
    { containers: [], volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 's' } }] } }] },
  ],
  ['pulling the image', { containers: [], imagePullSecrets: [{ name: 's' }] }],
])('who refers to a Secret by %s keeps it', (_, spec) => {
  expect(userOfSecret('s', [pod(spec)], [])).toBe('Pod/x refers to it');
  expect(userOfSecret('s', [], [replicaSet(spec)])).toBe(
    'ReplicaSet/auth-1 refers to it, and a rollback to revision 4 needs it',
  );
  expect(userOfSecret('another', [pod(spec)], [replicaSet(spec)])).toBeUndefined();
});
