import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import { sourceFileOf } from '../../../src/core/manifests/source-file.ts';

const inTemplates = (path: string): string => fileURLToPath(new URL(`../../../templates/${path}`, import.meta.url));
const known = shippedBase.flatMap(({ kind, metadata: { name } }) => {
  const file = sourceFileOf({ kind, name }, 'staging');
  return file === undefined ? [] : [{ kind, name, file }];
});

test.each(known)('$kind $name comes from $file, which is there', ({ file }) => {
  // A patch that only a written tree has (hpa, networkpolicy, service) lies beside those that the templates ship.
  expect(existsSync(inTemplates(file)) || existsSync(inTemplates(file.replace(/\/[^/]+$/, '')))).toBe(true);
});

test('what a remedy may change of the service has a file', () => {
  expect(known.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['Certificate', 'Ingress', 'ClusterIssuer', 'Deployment', 'PodDisruptionBudget']),
  );
});

test('an object of somebody else has none', () => {
  expect(sourceFileOf({ kind: 'NetworkPolicy', name: 'baseline-deny' }, 'production')).toBeUndefined();
});
