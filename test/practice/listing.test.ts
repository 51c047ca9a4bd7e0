import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bareCluster } from './bare-cluster.ts';

let practice: Awaited<ReturnType<typeof bareCluster>>;
beforeAll(async () => {
  practice = await bareCluster();
});
afterAll(() => practice.server.close());

const configMaps = '/api/v1/namespaces/app/configmaps';
const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { of: name } },
  data,
});
describe('lists', () => {
  const names = async (query: string): Promise<readonly string[]> =>
    ((await practice.ask('GET', `${configMaps}?${query}`)).body['items'] as { metadata: { name: string } }[]).map(
      (item) => item.metadata.name,
    );

  test('select by labels and fields, as kubectl writes them', async () => {
    for (const name of ['list-a', 'list-b', 'list-c']) await practice.ask('POST', configMaps, configMap(name));
    expect(await names('labelSelector=of%3Dlist-a')).toEqual(['list-a']);
    expect(await names('labelSelector=of%20in%20(list-a,list-b)')).toEqual(['list-a', 'list-b']);
    expect(await names('labelSelector=of%20in%20(list-a,list-b),of!=list-a')).toEqual(['list-b']);
    expect(await names('labelSelector=!of')).not.toContain('list-a');
    expect(await names('fieldSelector=metadata.name%3Dlist-c')).toEqual(['list-c']);
    expect((await practice.ask('GET', `${configMaps}?fieldSelector=spec.x%3D1`)).body).toMatchObject({
      code: 400,
      message: 'field label not supported: spec.x',
    });
  });

  test('come in pages that add up to the whole, items without kind', async () => {
    const whole = await names('');
    const seen: string[] = [];
    let next = '';
    do {
      const { body } = await practice.ask('GET', `${configMaps}?limit=2&continue=${next}`);
      const { items, metadata } = body as {
        items: { kind?: string; metadata: { name: string } }[];
        metadata: { continue?: string };
      };
      expect(items.length).toBeLessThanOrEqual(2);
      expect(items.every((item) => item.kind === undefined)).toBe(true);
      seen.push(...items.map((item) => item.metadata.name));
      next = metadata.continue ?? '';
    } while (next !== '');
    expect(seen).toEqual(whole);
  });
});
