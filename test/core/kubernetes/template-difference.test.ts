import fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import { expect, test } from 'vitest';
import { jsonPatch } from '../../../src/core/change.ts';
import { isEqual } from '../../../src/core/equal.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { differences } from '../../../src/core/kubernetes/template-difference.ts';
import { patchOf } from '../../../src/core/patch-of.ts';

/** Fields that a template may hold: no empty lists and no nulls, which the API server drops. */
const { template } = fc.letrec((tie) => ({
  leaf: fc.oneof(fc.string(), fc.integer(), fc.boolean()),
  map: fc.dictionary(fc.constantFrom('a', 'b', 'c/d', 'e~f'), tie('value'), { minKeys: 1, maxKeys: 3 }),
  list: fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('map'), tie('list')),
  template: fc.dictionary(fc.constantFrom('spec', 'metadata'), tie('value'), { minKeys: 1 }),
}));

test('the patch of the differences makes the one template of the other', () => {
  fc.assert(
    fc.property(template, template, (from, to) => {
      const deployment = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'auth', uid: 'u', resourceVersion: '1' },
        spec: { template: from },
      } as KubernetesObject;
      const changed = differences(from, to).map((one) => ({ path: ['spec', 'template', ...one.path], to: one.to }));
      const change = patchOf(deployment, changed);
      if (change.do !== 'patch') throw new Error('no patch');
      const there = structuredClone(deployment);
      expect(applyPatch(there, [...jsonPatch(change)]).filter(Boolean)).toEqual([]);
      expect(isEqual(there['spec'], { template: to })).toBe(true);
    }),
  );
});

test('as deep as it goes: of a container with another image only the image', () => {
  const of = (image: string) => ({ spec: { containers: [{ name: 'auth', image, env: [{ name: 'A' }] }] } });
  expect(differences(of('auth:2'), of('auth:1'))).toEqual([
    { path: ['spec', 'containers', 0, 'image'], from: 'auth:2', to: 'auth:1' },
  ]);
});

test('absent, null and an empty list are the same', () => {
  expect(differences({ a: null, b: [] }, { c: [] })).toEqual([]);
});
