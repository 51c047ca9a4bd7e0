import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { objectsOf, type Sets, withSet } from '../../../src/core/deploy/applied-set.ts';
import { memoryObject, readMemory } from '../../../src/core/deploy/memory.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** What an environment remembers of its applied sets is enough to go back, and never too much for a ConfigMap. */
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const none: Sets = { sets: [], objects: {} };

const map = (name: string, text: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'orion-staging' },
  data: { text },
});
const secret = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'orion-staging' },
  data: { 'jwt-secret': 'pLanted' },
});
const refOf = ({ apiVersion, kind, metadata }: KubernetesObject) => ({
  apiVersion,
  kind,
  name: metadata.name,
  namespace: 'orion-staging',
});
const about = (differs: object = {}) => ({
  at: '2026-11-23T05:00:00.000Z',
  by: 'op',
  gateDigest: 'g',
  image: 'i',
  revision: null,
  from: null,
  overridden: null,
  secrets: [refOf(secret('s-1'))],
  ...differs,
});

describe('sets', () => {
  test('come back as they were applied, through the ConfigMap too, and without a Secret', () => {
    const applied = [map('a', 'one'), secret('s-1'), map('b', 'two')];
    const sets = withSet(none, applied, about(), hash);
    const object = memoryObject('staging', {
      inventory: [],
      digest: 'd',
      gateDigest: 'g',
      image: 'i',
      gate: null,
      ...sets,
    });
    expect(JSON.stringify(object)).not.toContain('pLanted');
    const memory = readMemory(object);
    const [set] = memory?.sets ?? [];
    expect(set?.secrets).toEqual([refOf(secret('s-1'))]);
    expect(set && objectsOf(set, memory?.objects ?? {}, hash)).toEqual([map('a', 'one'), map('b', 'two')]);
  });

  test('the same again is no new set, another Secret is one', () => {
    const first = withSet(none, [map('a', 'one')], about(), hash);
    const again = withSet(first, [map('a', 'one')], about({ at: '2026-11-24T05:00:00.000Z', revision: '4' }), hash);
    expect(again.sets).toEqual([{ ...first.sets[0], revision: '4' }]);
    const rotated = withSet(again, [map('a', 'one')], about({ secrets: [refOf(secret('s-2'))] }), hash);
    expect(rotated.sets.map(({ number }) => number)).toEqual([1, 2]);
  });

  test('the last ten are kept, numbers go on, and objects that no set has are dropped', () => {
    let sets = none;
    for (let n = 1; n <= 14; n++) sets = withSet(sets, [map('a', `${n}`), map('same', 'x')], about(), hash);
    expect(sets.sets.map(({ number }) => number)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(Object.keys(sets.objects)).toHaveLength(11);
  });

  test('of large ones fewer are kept; one that is too large alone is remembered without a way back', () => {
    let sets = none;
    for (let n = 1; n <= 4; n++) sets = withSet(sets, [map('a', `${n}${'x'.repeat(300_000)}`)], about(), hash);
    expect(sets.sets.map(({ number }) => number)).toEqual([3, 4]);
    const huge = withSet(none, [map('a', 'x'.repeat(900_000))], about(), hash);
    expect(huge.objects).toEqual({});
    expect(huge.sets[0] && objectsOf(huge.sets[0], huge.objects, hash)).toBeUndefined();
  });

  test('an object that somebody edited in the memory is not gone back to', () => {
    const { sets, objects } = withSet(none, [map('a', 'one')], about(), hash);
    const edited = Object.fromEntries(Object.keys(objects).map((digest) => [digest, map('a', 'evil')]));
    expect(sets[0] && objectsOf(sets[0], edited, hash)).toBeUndefined();
  });
});
