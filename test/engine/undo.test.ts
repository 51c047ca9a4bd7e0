import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/core/change.ts';
import type { Fetched } from '../../src/core/fetched.ts';
import { inverseOf } from '../../src/core/inverse.ts';
import type { Intent } from '../../src/core/journal.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { ClusterReader } from '../../src/core/outside/cluster-reader.ts';
import { waysBack } from '../../src/engine/undo.ts';

/** A run was killed between announcing a change and noting the answer: the live object decides. */
const ref = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', namespace: 'shop', name: 'web' };
const object = (metadata: object = {}, spec: object = {}): KubernetesObject => ({
  apiVersion: ref.apiVersion,
  kind: ref.kind,
  metadata: { name: ref.name, namespace: ref.namespace, uid: 'u-1', resourceVersion: '5', generation: 1, ...metadata },
  spec,
});
const ours = { managedFields: [{ manager: 'orion-setup-fix', operation: 'Update' }] };
const absent: Fetched<KubernetesObject> = { ok: false, why: 'not-found', detail: 'not there' };
const hidden: Fetched<KubernetesObject> = { ok: false, why: 'forbidden', detail: 'may not be read' };
const there = (value: KubernetesObject): Fetched<KubernetesObject> => ({ ok: true, value });

const create: Change = { do: 'create', object: object() };
const remove: Change = { do: 'delete', ref, uid: 'u-1' };
const patch: Change = {
  do: 'patch',
  ref,
  uid: 'u-1',
  resourceVersion: '4',
  edits: [{ pointer: '/spec/secretName', from: 'before', to: 'after' }],
};

async function wayBackOf(change: Change, live: Fetched<KubernetesObject>) {
  const inverse = inverseOf(change);
  const unclear: Intent = { record: 'intent', n: 1, at: '2026-11-23T05:00:00Z', change, inverse };
  const reader = { look: async () => live } as unknown as ClusterReader;
  return (await waysBack([{ n: 1, inverse, unclear }], reader, new AbortController().signal))[0];
}

describe('a step of which nobody noted the answer', () => {
  test('made by us: taken back, by the uid it has', async () => {
    expect(await wayBackOf(create, there(object(ours)))).toMatchObject({
      way: 'open',
      change: { do: 'delete', uid: 'u-1' },
    });
  });
  test('made by somebody else, or by nobody: never done', async () => {
    expect(await wayBackOf(create, there(object()))).toMatchObject({ way: 'not-needed', neverDone: true });
    expect(await wayBackOf(create, absent)).toMatchObject({ way: 'not-needed', neverDone: true });
  });
  test('made by us and changed since: not overwritten', async () => {
    expect(await wayBackOf(create, there(object({ ...ours, generation: 2 })))).toMatchObject({
      way: 'changed-since',
      over: { do: 'delete', uid: 'u-1' },
    });
  });
  test('patched: taken back; not patched: never done', async () => {
    expect(await wayBackOf(patch, there(object({}, { secretName: 'after' })))).toMatchObject({ way: 'open' });
    expect(await wayBackOf(patch, there(object({}, { secretName: 'before' })))).toMatchObject({ neverDone: true });
  });
  test('deleted: cannot be taken back; still there: never done', async () => {
    expect(await wayBackOf(remove, absent)).toMatchObject({ way: 'cannot', wasDone: true });
    expect(await wayBackOf(remove, there(object()))).toMatchObject({ way: 'not-needed', neverDone: true });
  });
  test('what may not be looked at stays open to a later look', async () => {
    expect(await wayBackOf(create, hidden)).toMatchObject({ way: 'cannot', unseen: true });
  });
});
