import { expect, test } from 'vitest';
import { configMap, deployment, namespace } from './api-contract-objects.ts';
import { type ContractGround, objectOf } from './contract-ground.ts';

/** Creating and server-side apply. */
export function makingContract(ground: ContractGround): void {
  const { place, send, made, edited } = ground;

  test('a second one of a name is refused', async () => {
    await made(configMap(place, 'twice'));
    expect(await send({ do: 'create', object: configMap(place, 'twice') })).toMatchObject({
      ok: false,
      why: 'already-exists',
    });
  });

  test('in a namespace that is not there', async () => {
    expect(await send({ do: 'create', object: configMap('no-such-namespace', 'x') })).toMatchObject({
      ok: false,
      why: 'not-found',
    });
  });

  test('server-side apply makes, owns what it says, and takes away what it no longer says', async () => {
    const first = objectOf(
      await send({
        do: 'apply',
        object: configMap(place, 'orion-setup-applied', {
          data: { a: '1', b: '2' },
          labels: { one: 'x', two: 'y' },
        }),
      }),
    );
    expect(first.metadata.managedFields).toMatchObject([
      { manager: 'orion-setup', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } },
    ]);
    const second = objectOf(
      await send({
        do: 'apply',
        object: configMap(place, 'orion-setup-applied', { data: { a: '1' }, labels: { two: 'y' } }),
      }),
    );
    expect(second).toMatchObject({ metadata: { uid: first.metadata.uid, labels: { two: 'y' } }, dataKeys: ['a'] });
    expect(second.metadata.labels).not.toHaveProperty('one');
    expect(second.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
  });

  test('an apply that changes nothing leaves the version as it is', async () => {
    const object = configMap(place, 'applied-twice', { data: { a: '1' } });
    const first = objectOf(await send({ do: 'apply', object }));
    const again = objectOf(await send({ do: 'apply', object }));
    expect(again.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  test('an apply over a field of another manager is a conflict, and force takes it over', async () => {
    const object = configMap(place, 'contested', { labels: { ours: '1', both: 'x' } });
    const first = objectOf(await send({ do: 'apply', object }));
    const patched = objectOf(await send(edited(first, [{ pointer: '/metadata/labels/ours', from: '1', to: '2' }])));
    expect(
      patched.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`).toSorted(),
    ).toEqual(['orion-setup Apply', 'orion-setup-fix Update']);
    for (const dryRun of [true, false]) {
      expect(await send({ do: 'apply', object }, { dryRun })).toMatchObject({
        ok: false,
        why: 'conflict',
        conflicts: [{ manager: 'orion-setup-fix', field: '.metadata.labels.ours' }],
      });
    }
    const taken = objectOf(await send({ do: 'apply', object }, { force: true }));
    expect(taken.metadata.labels).toEqual({ ours: '1', both: 'x' });
    expect(await send({ do: 'apply', object })).toMatchObject({ ok: true });
  });

  test('a cluster-scoped object that says a namespace by mistake', async () => {
    const { metadata, ...rest } = namespace(place);
    const sent = await send({
      do: 'apply',
      object: { ...rest, metadata: { ...metadata, namespace: 'elsewhere' } },
    });
    expect(objectOf(sent).metadata).not.toHaveProperty('namespace');
  });

  test('a field that nobody knows is refused, not dropped', async () => {
    const object = {
      ...deployment(place, 'misspelt'),
      spec: { ...(deployment(place, 'misspelt')['spec'] as object), replicaz: 1 },
    };
    for (const change of [
      { do: 'apply', object },
      { do: 'create', object },
    ] as const) {
      expect(await send(change)).toMatchObject({
        ok: false,
        why: 'invalid',
        detail: expect.stringContaining('replicaz'),
      });
    }
  });

  test('an object that breaks its schema is invalid', async () => {
    for (const change of ['create', 'apply'] as const)
      expect(await send({ do: change, object: deployment(place, 'broken', { replicas: -1 }) })).toMatchObject({
        ok: false,
        why: 'invalid',
        detail: expect.stringContaining('spec.replicas'),
      });
  });
}
