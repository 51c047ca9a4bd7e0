import { expect, test } from 'vitest';
import { at } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { configMap, deployment, disruptionBudget, statusWithoutRoom } from './api-contract-objects.ts';
import { type ContractGround, objectOf, otherUid, seenIn } from './contract-ground.ts';

/** JSON patches of objects and of their status, and dry runs of every change. */
export function mendingContract(ground: ContractGround): void {
  const { place, send, get, made, edited, removed, untilFitting, plantStatus } = ground;

  test('a JSON patch replaces, adds and removes', async () => {
    await made(deployment(place, 'patched', { replicas: 0 }));
    const after = await untilFitting(kinds.Deployment, 'patched', (now) =>
      edited(now, [
        { pointer: '/spec/replicas', from: 0, to: 1 },
        { pointer: '/metadata/labels/added', from: undefined, to: 'yes' },
        { pointer: '/spec/paused', from: true, to: undefined },
        { pointer: '/metadata/labels/app', from: 'patched', to: undefined },
      ]),
    );
    expect(after).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 1 } });
    expect(after.metadata.labels).toEqual({ added: 'yes' });
    expect(after['spec']).not.toHaveProperty('paused');
  });

  test('a stale patch fails instead of overwriting', async () => {
    const before = await made(configMap(place, 'stale', { labels: { a: '1' } }));
    await send(edited(before, [{ pointer: '/metadata/labels/a', from: '1', to: '2' }]));
    expect(await send(edited(before, [{ pointer: '/metadata/labels/a', from: '1', to: '3' }]))).toMatchObject({
      ok: false,
      why: 'changed-since',
    });
    expect(seenIn(await get(kinds.ConfigMap, 'stale')).metadata.labels).toEqual({ a: '2' });
  });

  test('a patch of another object of the same name fails', async () => {
    const before = await made(configMap(place, 'reborn', { labels: { a: '1' } }));
    const change = edited({ ...before, metadata: { ...before.metadata, uid: otherUid } }, [
      { pointer: '/metadata/labels/a', from: '1', to: '2' },
    ]);
    expect(await send(change)).toMatchObject({ ok: false, why: 'changed-since' });
  });

  test('a patch of what is not there', async () => {
    const before = await made(configMap(place, 'going'));
    await send(removed(before));
    expect(await send(edited(before, [{ pointer: '/metadata/labels', from: undefined, to: {} }]))).toMatchObject({
      ok: false,
      why: 'not-found',
    });
  });

  test('a path that is not there, in an object that has not changed, is invalid', async () => {
    const before = await made(configMap(place, 'no-path'));
    expect(
      await send(edited(before, [{ pointer: '/metadata/annotations/x', from: '1', to: undefined }])),
    ).toMatchObject({ ok: false, why: 'invalid' });
  });

  test('the status by its subresource, and by nothing else', async () => {
    const before = await made(disruptionBudget(place, 'status', { app: 'nobody' }));
    await plantStatus(kinds.PodDisruptionBudget, 'status', { ...statusWithoutRoom, expectedPods: 0 });
    const after = seenIn(await get(kinds.PodDisruptionBudget, 'status'));
    expect(after).toMatchObject({
      metadata: { uid: before.metadata.uid, generation: 1 },
      spec: { minAvailable: 1 },
      status: { disruptionsAllowed: 0 },
    });
    const around = await send(edited(after, [{ pointer: '/status/expectedPods', from: 0, to: 7 }]));
    // Controllers may have written in between; what must not happen is that it counts.
    if (around.ok) expect(at(around.object, 'status.expectedPods')).not.toBe(7);
  });

  test('a dry run answers as the change would, and leaves nothing', async () => {
    const object = await made(configMap(place, 'dry', { labels: { a: '1' } }));
    const dry = { dryRun: true };
    expect(objectOf(await send({ do: 'create', object: configMap(place, 'dry-new') }, dry)).metadata.name).toBe(
      'dry-new',
    );
    expect(objectOf(await send({ do: 'apply', object: configMap(place, 'dry-applied') }, dry)).metadata.name).toBe(
      'dry-applied',
    );
    expect(
      objectOf(await send(edited(object, [{ pointer: '/metadata/labels/a', from: '1', to: '2' }]), dry)).metadata
        .labels,
    ).toEqual({ a: '2' });
    expect(await send(removed(object), dry)).toMatchObject({ ok: true });
    expect(seenIn(await get(kinds.ConfigMap, 'dry'))).toEqual(object);
    expect(await get(kinds.ConfigMap, 'dry-new')).toMatchObject({ ok: false, why: 'not-found' });
    expect(await get(kinds.ConfigMap, 'dry-applied')).toMatchObject({ ok: false, why: 'not-found' });
  });
}
