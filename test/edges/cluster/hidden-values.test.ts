import { expect, test } from 'vitest';
import { numberAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { connectWith, type Says, serveApi } from './local-api.ts';

const signal = AbortSignal.timeout(120_000);

const container = (more: object = {}) => ({
  name: 'auth-service',
  env: [
    { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'LOG_LEVEL', value: 'planted-level' },
  ],
  args: ['--port', '3001'],
  ...more,
});
const sets = (...containers: readonly object[]): Says => ({
  json: {
    kind: 'ReplicaSetList',
    apiVersion: 'apps/v1',
    metadata: {},
    items: containers.map((item, place) => ({
      metadata: { name: `auth-${place}` },
      spec: { template: { spec: { containers: [item] } } },
    })),
  },
});

/** The numbers that two lists, read one after the other, come with. */
async function numbersOf(...lists: readonly Says[]) {
  await using api = await serveApi(lists);
  const { reader } = await connectWith({ server: api.server });
  const read = [];
  for (const _ of lists) {
    const answer = await reader.look({ at: 'list', kind: kinds.ReplicaSet, namespace: 'x' } as const, signal);
    if (!answer.ok) throw new Error(answer.detail);
    read.push(...answer.value);
  }
  expect(JSON.stringify(read)).not.toContain('planted');
  return read.map((item) => numberAt(item, 'hiddenValues'));
}

test('templates that had the same commands and values are known to, and no value is kept', async () => {
  const [first, same, image] = await numbersOf(
    sets(container()),
    sets(container(), container({ image: 'auth:2', name: 'auth-service' })),
  );
  expect(first).toBeGreaterThan(0);
  expect([same, image]).toEqual([first, first]);
});

test('another value, another argument, another command: another number', async () => {
  const numbers = await numbersOf(
    sets(
      container(),
      container({ env: [{ name: 'LOG_LEVEL', value: 'planted-other' }] }),
      container({ args: ['--port', '3002'] }),
      container({ command: ['planted'] }),
    ),
  );
  expect(new Set(numbers).size).toBe(4);
});

test('a template that has none of them has no number', async () => {
  expect(await numbersOf(sets({ name: 'auth-service', image: 'auth:1' }))).toEqual([undefined]);
});
