import { expect, test } from 'vitest';
import { type Kind, kinds } from '../../src/core/kubernetes/kinds.ts';
import { configMap, secret } from './api-contract-objects.ts';
import { type ContractGround, seenIn } from './contract-ground.ts';

/** Looking at objects, lists, Secrets, and at which cluster it is. */
export function readingContract(ground: ContractGround): void {
  const { place, signal, get, made } = ground;

  test('an object that is there, as it was made', async () => {
    const created = await made(configMap(place, 'orion-setup', { data: { answer: '42' }, labels: { app: 'get' } }));
    expect(seenIn(await get(kinds.ConfigMap, 'orion-setup'))).toEqual(created);
    expect(created).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'orion-setup',
        namespace: place,
        labels: { app: 'get' },
        uid: expect.any(String),
        resourceVersion: expect.any(String),
      },
      data: { answer: '42' },
    });
    expect(Date.parse(created.metadata.creationTimestamp ?? '')).not.toBeNaN();
  });

  test('one that is not there', async () => {
    expect(await get(kinds.ConfigMap, 'no-such')).toMatchObject({
      ok: false,
      why: 'not-found',
      detail: expect.stringContaining('no-such'),
    });
  });

  test('a kind that is not served', async () => {
    const kind: Kind = {
      apiVersion: 'nothing.example.org/v1',
      kind: 'Nothing',
      plural: 'nothings',
      namespaced: true,
    };
    const answers = await Promise.all([
      ground.admin.reader.look({ at: 'list', kind, namespace: place }, signal),
      ground.admin.reader.look({ at: 'get', kind, namespace: place, name: 'x' }, signal),
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({
        ok: false,
        why: 'not-found',
        detail: expect.stringContaining('does not serve Nothing of nothing.example.org/v1'),
      });
    }
  });

  test('lists by label, over pages, in one namespace and over all', async () => {
    for (const [index, app] of ['a', 'b', 'a', 'b', 'a', 'a', 'a'].entries())
      await made(configMap(place, `paged-${index}`, { labels: { app } }));
    const paging = await ground.connectAs('admin', { pageSize: 2 });
    const before = paging.reader.requests();
    const names = async (where: { readonly namespace?: string; readonly labels?: string }) =>
      seenIn(await paging.reader.look({ at: 'list', kind: kinds.ConfigMap, ...where }, signal));
    expect((await names({ namespace: place, labels: 'app=a' })).map(({ metadata }) => metadata.name)).toEqual([
      'paged-0',
      'paged-2',
      'paged-4',
      'paged-5',
      'paged-6',
    ]);
    expect(paging.reader.requests() - before).toBe(3);
    expect(
      (await names({ namespace: place, labels: 'app in (b),app!=c' })).map(
        ({ apiVersion, kind }) => `${apiVersion} ${kind}`,
      ),
    ).toEqual(['v1 ConfigMap', 'v1 ConfigMap']);
    expect((await names({ labels: 'app=b' })).filter(({ metadata }) => metadata.namespace === place)).toHaveLength(2);
    expect(await names({ namespace: place, labels: 'app=nobody' })).toEqual([]);
    paging.close();
  });

  test('which cluster it is', async () => {
    const identity = await ground.admin.reader.identity(signal);
    expect(identity).toMatchObject({
      server: expect.stringMatching(/^https:/),
      caFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(identity.uid).toBe(seenIn(await get(kinds.Namespace, 'kube-system')).metadata.uid);
  });

  test('of a Secret, the names of its keys and never a value', async () => {
    const created = await made(secret(place, 'contract', { password: 'hunter2-planted' }));
    const all = [
      created,
      await get(kinds.Secret, 'contract'),
      await ground.admin.reader.look({ at: 'list', kind: kinds.Secret, namespace: place }, signal),
    ];
    expect(created).toMatchObject({ type: 'Opaque', data: {}, dataKeys: ['password'] });
    expect(JSON.stringify(all)).not.toContain(btoa('hunter2-planted'));
  });
}
