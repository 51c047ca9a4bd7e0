import { test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { diffTree } from '../../../src/core/manifests/diff-tree.ts';
import { digestOf, gateDigest } from '../../../src/core/manifests/digest.ts';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import { treeFiles } from '../../../src/core/manifests/tree.ts';
import type { TreeFile } from '../../../src/core/manifests/tree-file.ts';
import { memoryAfter, memoryFile, memoryPath, parseMemory } from '../../../src/core/manifests/tree-memory.ts';
import type { Settings } from '../../../src/core/setup/settings.ts';
import { randomSecrets, randomSettings } from './random-settings.ts';
import { rendered, sampleEnvironment, sampleSecrets, sampleSettings, sha256 } from './sample-settings.ts';

const write = (differs: Partial<Settings> = {}): readonly TreeFile[] =>
  treeFiles(shippedBase, sampleSettings(differs), { staging: sampleSecrets, production: sampleSecrets });

function textOf(files: readonly TreeFile[], path: string): string {
  const file = files.find((item) => item.path === path);
  if (file === undefined) throw new Error(`no ${path} among ${files.map((item) => item.path).join(', ')}`);
  return file.text;
}

describe('what is written', () => {
  test('the paths that commands and people know', () => {
    expect(write().map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'base/kustomization.yaml',
        'base/issuer.yaml',
        ...['staging', 'production'].flatMap((name) =>
          ['kustomization.yaml', 'certificate-patch.yaml', 'ingress-patch.yaml', 'secrets.env'].map(
            (file) => `overlays/${name}/${file}`,
          ),
        ),
        '.gitignore',
        'README.md',
        'verify-deployment.sh',
      ]),
    );
  });

  test('only the environments that were answered, and secrets only where given', () => {
    const files = treeFiles(
      shippedBase,
      sampleSettings({ environments: { staging: sampleEnvironment('staging') } }),
      {},
    );
    expect(files.filter(({ path }) => path.includes('production') || path.endsWith('secrets.env'))).toEqual([]);
  });

  test('every file says first who wrote it, the script after its shebang', () => {
    const firstLines = write().map(({ text }) => text.split('\n').find((line) => !line.startsWith('#!')));
    expect(firstLines.filter((line) => !/^(# |<!-- )Written by orion-setup\. Yours to edit/.test(line ?? ''))).toEqual(
      [],
    );
  });

  test('secrets are for their owner alone, the script may be run', () => {
    const modes = Object.fromEntries(write().map(({ path, mode }) => [path, mode.toString(8)]));
    expect(modes).toMatchObject({
      'overlays/production/secrets.env': '600',
      'verify-deployment.sh': '755',
      'base/issuer.yaml': '644',
    });
    expect(textOf(write(), '.gitignore').split('\n')).toContain('secrets.env');
    expect(textOf(write(), 'verify-deployment.sh')).toContain('exec orion-setup verify "$1" --namespace "$2"');
  });

  property.prop([randomSettings, randomSecrets], { numRuns: 30 })(
    'is valid YAML, and holds no secret outside of secrets.env',
    (settings, secrets) => {
      const marked = { ...secrets, 'jwt-secret': `swordfish${secrets['jwt-secret']}` };
      const files = treeFiles(shippedBase, settings, { staging: marked });
      const yaml = files.filter(({ path }) => path.endsWith('.yaml'));
      expect(
        yaml.flatMap(({ text }) => parseAllDocuments(text).flatMap(({ errors, warnings }) => [...errors, ...warnings])),
      ).toEqual([]);
      expect(files.filter(({ text }) => text.includes('swordfish')).map(({ path }) => path)).toEqual([
        'overlays/staging/secrets.env',
      ]);
    },
  );

  test('the guide names hosts, contexts and commands, and says what is open', () => {
    const guide = textOf(write(), 'README.md');
    for (const part of [
      'auth.orion.example.com',
      'orion-prod',
      'kubectl apply -k overlays/staging/',
      'orion-setup rollback',
      'runbook cert-pending',
      'database on port 5432 may be reached at any address',
    ]) {
      expect(guide).toContain(part);
    }
  });
});

describe('what differs from what is there', () => {
  const path = 'base/issuer.yaml';
  const before = write();
  const after = write({ email: 'new@example.org' });
  const there = (files: readonly TreeFile[]) => new Map(files.map((file) => [file.path, file.text]));
  const changeOf = (
    existing: ReadonlyMap<string, string>,
    wanted: readonly TreeFile[],
    memory = memoryAfter({}, before, sha256),
    of = path,
  ) => diffTree(existing, wanted, memory, sha256).find(({ file }) => file.path === of);

  test('in an empty tree all is new', () => {
    expect(new Set(diffTree(new Map(), before, {}, sha256).map(({ state }) => state))).toEqual(new Set(['new']));
  });

  test('written again all is unchanged, with or without a memory', () => {
    expect(new Set(diffTree(there(before), write(), {}, sha256).map(({ state }) => state))).toEqual(
      new Set(['unchanged']),
    );
  });

  test('what we wrote and nobody touched is updated, and shown', () => {
    const change = changeOf(there(before), after);
    expect(change?.state).toBe('updated');
    expect(change?.difference).toContain('-    email: platform@orion.example.com\n+    email: new@example.org');
  });

  test.each([
    ['edited since', new Map([...there(before), [path, `${textOf(before, path)}# mine\n`]]), undefined],
    ['never written by us', there(before), {}],
  ])('what was %s is the operator’s', (_what, existing, memory) => {
    const change = changeOf(existing, after, memory);
    expect(change?.state).toBe('edited-by-operator');
    expect(change?.difference).toContain('+    email: new@example.org');
  });

  test('other secrets are asked about and never shown', () => {
    const secrets = 'overlays/staging/secrets.env';
    const change = changeOf(new Map([...there(before), [secrets, 'jwt-secret=mackerel']]), after, undefined, secrets);
    expect(change?.state).toBe('edited-by-operator');
    expect(change?.difference).toBeUndefined();
  });
});

describe('the memory of what was written', () => {
  test('reads back, and keeps what was not written this time', () => {
    const first = memoryAfter({}, write(), sha256);
    const later = memoryAfter(first, [{ path: 'README.md', text: 'new', mode: 0o644 }], sha256);
    expect(parseMemory(memoryFile(later).text)).toEqual({ ...first, 'README.md': sha256('new') });
    expect(memoryFile(later).path).toBe(memoryPath);
  });

  test('tells nothing about secrets', () => {
    expect(Object.keys(memoryAfter({}, write(), sha256)).filter((path) => path.includes('secret'))).toEqual([]);
  });

  test.each([undefined, '', 'no JSON', '[]', '{"files": 3}'])('from %j is no memory', (text) => {
    expect(parseMemory(text)).toEqual({});
  });
});

describe('digests', () => {
  test('depend on no order and on no secret', () => {
    const objects = rendered('staging');
    expect(digestOf(objects.toReversed(), sha256)).toBe(digestOf(objects, sha256));
    expect(digestOf([...objects, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } }], sha256)).toBe(
      digestOf(objects, sha256),
    );
  });

  test('the gate asks again after another base or image, not for another tree or environment', () => {
    const of = (differs: Partial<Settings>) => gateDigest(shippedBase, sampleSettings(differs), sha256);
    expect(of({})).toBe(of({ tree: '/elsewhere' }));
    expect(of({})).toBe(of({ environments: { staging: sampleEnvironment('staging') } }));
    expect(of({ image: 'ghcr.io/example/auth:2' })).not.toBe(of({}));
    expect(of({ corsOrigins: ['https://app.example.org'] })).not.toBe(of({}));
    expect(of({})).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
