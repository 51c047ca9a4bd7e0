import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/core/change.ts';
import { kinds, ref } from '../../src/core/kubernetes/kinds.ts';
import { configMap, disruptionBudget, namespace, pod, statusWithoutRoom } from './api-contract-objects.ts';
import { type ContractGround, objectOf, otherUid, seenIn, until } from './contract-ground.ts';

/** Deletion and eviction. */
export function removingContract(ground: ContractGround): void {
  const { place, signal, send, get, made, edited, removed, plantStatus } = ground;

  describe('removing', () => {
    test('only the very object that was seen', async () => {
      const object = await made(configMap(place, 'removed'));
      expect(await send({ ...removed(object), uid: otherUid })).toMatchObject({
        ok: false,
        why: 'changed-since',
      });
      expect(await get(kinds.ConfigMap, 'removed')).toMatchObject({ ok: true });
      expect(await send(removed(object))).toMatchObject({ ok: true });
      expect(await get(kinds.ConfigMap, 'removed')).toMatchObject({ ok: false, why: 'not-found' });
      expect(await send(removed(object))).toMatchObject({ ok: false, why: 'not-found' });
    });

    test('an object with a finalizer stays, marked', async () => {
      const object = await made(configMap(place, 'held', { finalizers: ['orion.example.org/held'] }));
      expect(objectOf(await send(removed(object))).metadata.deletionTimestamp).toEqual(expect.any(String));
      const held = seenIn(await get(kinds.ConfigMap, 'held'));
      await send(edited(held, [{ pointer: '/metadata/finalizers', from: held.metadata.finalizers, to: undefined }]));
      expect(await get(kinds.ConfigMap, 'held')).toMatchObject({ ok: false, why: 'not-found' });
    });

    // Collecting what lost its owner is a controller's work: an API server by itself keeps it, and nothing tells when it would go.
    const isCollected = ground.controllers ? 'goes after it' : 'stays, as nobody collects it';
    test(`what it owned ${isCollected}`, async () => {
      const owner = await made(configMap(place, 'owner'));
      const owned = configMap(place, 'owned', { owner });
      await made(owned);
      await send(removed(owner));
      if (ground.controllers)
        expect(await until(async () => ((await get(kinds.ConfigMap, 'owned')).ok ? undefined : 'gone'))).toBe('gone');
      else expect(await get(kinds.ConfigMap, 'owned')).toMatchObject({ ok: true });
    });
  });

  describe('evicting', () => {
    const evicted = async (name: string): Promise<Extract<Change, { do: 'evict' }>> => ({
      do: 'evict',
      ref: ref(kinds.Pod, name, place),
      uid: seenIn(await get(kinds.Pod, name)).metadata.uid ?? '',
    });
    const runningPod = async (name: string, app: string): Promise<void> => {
      await made(pod(place, name, { app }));
      await plantStatus(kinds.Pod, name, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
    };

    test('a budget without room refuses, dry or not', async () => {
      await made(disruptionBudget(place, 'tight', { app: 'tight' }));
      await runningPod('tight', 'tight');
      await plantStatus(kinds.PodDisruptionBudget, 'tight', statusWithoutRoom);
      for (const dryRun of [true, false]) {
        expect(await send(await evicted('tight'), { dryRun })).toMatchObject({
          ok: false,
          why: 'disruption-budget',
          detail: expect.stringContaining('tight'),
        });
      }
      expect(await get(kinds.Pod, 'tight')).toMatchObject({ ok: true });
    });

    test('two budgets over one pod cannot be evicted past', async () => {
      await made(disruptionBudget(place, 'one', { app: 'both' }));
      await made(disruptionBudget(place, 'other', { app: 'both' }));
      await runningPod('both', 'both');
      expect(await send(await evicted('both'), { dryRun: true })).toMatchObject({
        ok: false,
        why: 'denied',
        detail: expect.stringContaining('more than one PodDisruptionBudget'),
      });
    });

    test('another pod of the same name is left alone, and a pod without a budget goes', async () => {
      await runningPod('free', 'free');
      const change = await evicted('free');
      expect(await send({ ...change, uid: otherUid })).toMatchObject({
        ok: false,
        why: 'changed-since',
      });
      expect(await send(change, { dryRun: true })).toMatchObject({ ok: true });
      const still = seenIn(await get(kinds.Pod, 'free'));
      expect(still.metadata).not.toHaveProperty('deletionTimestamp');
      expect(await send(change)).toMatchObject({ ok: true });
      const left = await get(kinds.Pod, 'free');
      expect(left.ok ? left.value.metadata.deletionTimestamp : left.why).toEqual(
        left.ok ? expect.any(String) : 'not-found',
      );
    });
  });

  test('a namespace that is going takes nothing new: refused, and no matter of rights', async () => {
    const going = `${place}-going`;
    const { metadata } = await made(namespace(going));
    const held = objectOf(
      await send({ do: 'create', object: configMap(going, 'held', { finalizers: ['orion.example.org/held'] }) }),
    );
    await send({ do: 'delete', ref: ref(kinds.Namespace, going), uid: metadata.uid ?? '' });
    expect(await send({ do: 'create', object: configMap(going, 'late') })).toMatchObject({
      ok: false,
      why: 'denied',
      detail: expect.stringContaining('being terminated'),
    });
    const now = seenIn(
      await ground.admin.reader.look({ at: 'get', kind: kinds.ConfigMap, namespace: going, name: 'held' }, signal),
    );
    await send({
      ...edited(now, [{ pointer: '/metadata/finalizers', from: held.metadata.finalizers, to: undefined }]),
      ref: ref(kinds.ConfigMap, 'held', going),
    });
  });
}
