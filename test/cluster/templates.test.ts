import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { renderEnvironment } from '../../src/core/manifests/render.ts';
import { shippedBase } from '../../src/core/manifests/shipped-base.ts';
import { treeFiles } from '../../src/core/manifests/tree.ts';
import { type EnvironmentName, environmentNames, type Settings } from '../../src/core/setup/settings.ts';
import { only, sampleSecrets, sampleSettings, sha256 } from '../core/manifests/sample-settings.ts';
import { currentBed, until } from './bed/bed.ts';
import { alwaysConfigured, liveObjects } from './live-objects.ts';

/** The manifests on a real API server: what is rendered is accepted, and kubectl alone agrees with us about it. */
const bed = currentBed();
const templates = fileURLToPath(new URL('../../templates', import.meta.url));
const namespaces = ['orion', 'orion-staging', 'orion-prod'];
const issuers = ['letsencrypt-staging', 'letsencrypt-prod'];

/** All that answers can switch on. */
const settings: Settings = sampleSettings({
  imagePullSecrets: ['registry'],
  allowFromNamespaces: ['orion-web'],
  corsOrigins: ['https://app.example.org'],
  ingress: { ...sampleSettings().ingress, nodeCidrs: ['10.0.0.0/16'], allowsCustomHeaders: true },
  deniesByDefault: true,
});

const rendered = (environment: EnvironmentName): readonly KubernetesObject[] =>
  renderEnvironment(shippedBase, settings, environment, sampleSecrets, sha256);
const list = (items: readonly unknown[]) => ({ apiVersion: 'v1', kind: 'List', items });
const applied = '--server-side --field-manager=orion-setup --warnings-as-errors -f -';
const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

async function clean(): Promise<void> {
  await bed.kubectl(['delete', 'clusterissuer', '--ignore-not-found', ...issuers]);
  await bed.kubectl(['-n', 'cert-manager', 'delete', 'podmonitor', '--ignore-not-found', 'cert-manager-metrics']);
  await bed.kubectl(['delete', 'namespace', '--ignore-not-found', '--timeout=60s', ...namespaces]);
}

let tree: string;
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'tree-'));
  for (const { path, text, mode } of treeFiles(shippedBase, settings, {
    staging: sampleSecrets,
    production: sampleSecrets,
  })) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text, { mode });
  }
});
afterAll(async () => {
  rmSync(tree, { recursive: true, force: true });
  await clean();
});

/** The manifests leave the number of pods to the autoscaler, which sets it when it first looks. */
async function scaledToLeast(objects: readonly KubernetesObject[]): Promise<void> {
  const least = at(only(objects, 'HorizontalPodAutoscaler'), 'spec.minReplicas');
  const { name, namespace } = only(objects, 'Deployment').metadata;
  await until('the autoscaler to have set the number of pods', async () => {
    const { spec } = await bed.api.get(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`);
    return spec.replicas === least || undefined;
  });
}

describe.each(environmentNames)('%s as rendered', (environment) => {
  const objects = rendered(environment);

  test('is accepted whole by a server dry run, without a warning', async () => {
    await bed.kubectl(`apply ${applied}`, only(objects, 'Namespace'));
    expect(lines(await bed.kubectl(`apply --dry-run=server ${applied}`, list(objects)))).toHaveLength(objects.length);
  });

  test('has pods that Pod Security restricted lets in', async () => {
    const { metadata } = only(objects, 'Namespace');
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'probe', namespace: metadata.name },
      spec: at(only(objects, 'Deployment'), 'spec.template.spec'),
    };
    expect(await bed.kubectl('create --dry-run=server -f -', pod)).toContain('created (server dry run)');
  });

  test('applied by us, leaves kubectl nothing to change', async () => {
    await bed.kubectl(`apply ${applied}`, list(objects));
    expect(await bed.kubectl(`diff -k ${tree}/overlays/${environment}`)).toBe('');
  });

  test('is unchanged by a second apply of kubectl, after the first added its annotation', async () => {
    const overlay = `${tree}/overlays/${environment}`;
    await bed.kubectl(`apply -k ${overlay}`);
    await scaledToLeast(objects);
    const before = await liveObjects(overlay);
    const results = lines(await bed.kubectl(`apply -k ${overlay}`));
    expect(results).toHaveLength(objects.length);
    expect(results.filter((line) => !line.endsWith(' unchanged') && !alwaysConfigured.test(line))).toEqual([]);
    expect(await liveObjects(overlay)).toEqual(before);
  });
});

test('two environments in one cluster do not undo each other', async () => {
  await bed.kubectl(`apply -k ${tree}/overlays/staging`);
  await bed.kubectl(`apply -k ${tree}/overlays/production`);
  expect(await bed.kubectl(`diff -k ${tree}/overlays/staging`)).toBe('');
});

describe('kubectl alone', () => {
  test.each(['-f base/issuer.yaml', '-k base/', '-k overlays/staging/', '-k overlays/production/'])(
    'apply %s, as shipped and then as written',
    async (words) => {
      const [flag = '', path = ''] = words.split(' ');
      await clean();
      const results = lines(await bed.kubectl(['apply', flag, join(templates, path)]));
      expect(results.filter((line) => !line.endsWith(' created'))).toEqual([]);
      expect(results.length).toBeGreaterThanOrEqual(issuers.length);
      await bed.kubectl(['apply', flag, join(tree, path)]);
    },
  );
});
