import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as property } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { kindOf } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { inApplyOrder, renderEnvironment } from '../../src/core/manifests/render.ts';
import type { SecretValues } from '../../src/core/manifests/secrets-env.ts';
import { shippedBase } from '../../src/core/manifests/shipped-base.ts';
import { treeFiles } from '../../src/core/manifests/tree.ts';
import { environmentNames, type Settings } from '../../src/core/setup/settings.ts';
import { randomSecrets, randomSettings } from '../core/manifests/random-settings.ts';
import { sampleSecrets, sampleSettings, sha256 } from '../core/manifests/sample-settings.ts';

/** Our own rendering against kubectl's kustomize. Needs kubectl, but no cluster. */
const templates = fileURLToPath(new URL('../../templates', import.meta.url));

const kustomize = (folder: string): string =>
  execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
const objectsOf = (text: string): readonly KubernetesObject[] =>
  parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);

/**
 * What is left of the difference that we mean: kustomize stamps cluster-scoped kinds that it does not know, breaks base64 into
 * lines, and orders objects by name.
 */
function comparable(objects: readonly KubernetesObject[]): readonly unknown[] {
  const named = objects.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return inApplyOrder(named).map((object) => {
    const { namespace, ...metadata } = object.metadata;
    const data = Object.entries((object['data'] ?? {}) as Record<string, string>).map(([key, value]) => [
      key,
      object.kind === 'Secret' ? value.replaceAll('\n', '') : value,
    ]);
    return {
      ...object,
      metadata: kindOf(object)?.namespaced === false ? metadata : { ...metadata, namespace },
      ...(data.length > 0 ? { data: Object.fromEntries(data) } : {}),
    };
  });
}

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'tree-'));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

function writeTree(settings: Settings, secrets: SecretValues): void {
  for (const { path, text, mode } of treeFiles(shippedBase, settings, { staging: secrets, production: secrets })) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
    chmodSync(join(tree, path), mode);
  }
}

function expectTheSame(settings: Settings, secrets: SecretValues): void {
  writeTree(settings, secrets);
  for (const environment of environmentNames) {
    const ours = renderEnvironment(shippedBase, settings, environment, secrets, sha256);
    expect(comparable(objectsOf(kustomize(`${tree}/overlays/${environment}`)))).toEqual(comparable(ours));
  }
}

describe('the shipped templates', () => {
  test('the committed base is what kustomize makes of templates/base', () => {
    expect(objectsOf(kustomize(`${templates}/base`))).toEqual(shippedBase);
  });

  test.each(environmentNames)('%s: the golden file is what kustomize makes of the overlay', async (environment) => {
    await expect(kustomize(`${templates}/overlays/${environment}`)).toMatchFileSnapshot(
      `../templates/${environment}.golden.yaml`,
    );
  });
});

describe('a written tree', () => {
  test('builds to what is rendered in process', () => expectTheSame(sampleSettings(), sampleSecrets));

  property.prop([randomSettings, randomSecrets], { numRuns: 20 })(
    'whatever the answers and secrets',
    (settings, secrets) => {
      expectTheSame(settings, secrets);
    },
  );

  test('its base builds alone', () => {
    writeTree(sampleSettings({ deniesByDefault: true }), sampleSecrets);
    expect(objectsOf(kustomize(`${tree}/base`)).filter(({ kind }) => kind === 'NetworkPolicy')).toHaveLength(2);
  });

  test('its script passes environment and namespace on', () => {
    writeTree(sampleSettings(), sampleSecrets);
    writeFileSync(`${tree}/orion-setup`, '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const run = (...args: readonly string[]): string =>
      execFileSync(`${tree}/verify-deployment.sh`, args, {
        encoding: 'utf8',
        stdio: 'pipe',
        env: { PATH: `${tree}:${process.env['PATH']}` },
      });
    expect(run('staging', 'orion-staging')).toBe('verify staging --namespace orion-staging\n');
    expect(() => run('staging')).toThrow(/usage/);
  });
});
