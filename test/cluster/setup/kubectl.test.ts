import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { alwaysConfigured, appliedByKubectl, liveObjects } from '../live-objects.ts';
import {
  emptyCluster,
  environments,
  type Installation,
  namespaceOf,
  newInstallation,
  reportOf,
  setUp,
} from './installation.ts';

/** What set-up wrote works with kubectl alone, and set-up goes on to work after it. */
const bed = currentBed();
const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

let installation: Installation;
beforeAll(async () => {
  await emptyCluster();
  installation = await newInstallation();
  const first = await setUp(installation, ['-o', 'json']);
  expect(first.code, first.stdout + first.stderr).toBe(0);
});
afterAll(async () => {
  await emptyCluster();
  await bed.kubectl('delete namespace --ignore-not-found --timeout=90s orion');
});

const overlayOf = (name: string): string => join(installation.tree, 'overlays', name);

describe.each(environments)('%s', (name) => {
  test('kubectl finds nothing to change', async () => {
    expect(await bed.kubectl(`diff -k ${overlayOf(name)}`)).toBe('');
  });

  test('a first apply adds its annotation and nothing else', async () => {
    const overlay = overlayOf(name);
    const before = await liveObjects(overlay);
    // The ClusterIssuers are of both environments.
    expect((await appliedByKubectl(overlay)).every(Boolean)).toBe(false);
    await bed.kubectl(`apply -k ${overlay}`);
    expect((await appliedByKubectl(overlay)).every(Boolean)).toBe(true);
    expect(await liveObjects(overlay)).toEqual(before);
  });

  test('the next apply calls all unchanged', async () => {
    const results = lines(await bed.kubectl(`apply -k ${overlayOf(name)}`));
    expect(results.length).toBeGreaterThan(8);
    expect(results.filter((line) => !line.endsWith(' unchanged') && !alwaysConfigured.test(line))).toEqual([]);
  });
});

test('set-up after it, with another image, goes all the way, and kubectl agrees again', async () => {
  const image = 'ghcr.io/example/auth-service:1.5.0';
  const next = await newAnswers(image);
  expect(next.code, next.stdout + next.stderr).toBe(0);
  for (const name of environments) {
    expect(reportOf(next).environments[name]).toMatchObject({ verified: true, gate: { state: 'passed' } });
    const { spec } = await bed.api.get(`/apis/apps/v1/namespaces/${namespaceOf[name]}/deployments/auth-service`);
    expect(spec.template.spec.containers[0].image).toBe(image);
    expect(await bed.kubectl(`diff -k ${overlayOf(name)}`)).toBe('');
  }
});

async function newAnswers(image: string) {
  const text = readFileSync(installation.answers, 'utf8').replace(/^image: .*$/m, `image: ${image}`);
  writeFileSync(installation.answers, text);
  return await setUp(installation, ['-o', 'json']);
}

test("every kubectl command that applies, of the tree's README and of the documented paths, works on an empty cluster", async () => {
  const readme = readFileSync(join(installation.tree, 'README.md'), 'utf8');
  const ofReadme = [...readme.matchAll(/^kubectl (apply [^#\n]+?)\s*(?:#.*)?$/gm)].map(([, words = '']) => words);
  expect(ofReadme).toEqual([
    'apply -f base/issuer.yaml',
    'apply -k overlays/staging/',
    'apply -k overlays/production/',
  ]);
  await emptyCluster();
  for (const words of [...ofReadme, 'apply -k base/']) {
    const [verb = '', flag = '', path = ''] = words.split(' ');
    const results = lines(await bed.kubectl([verb, flag, join(installation.tree, path)]));
    expect(results.filter((line) => !/ (created|unchanged|configured)$/.test(line))).toEqual([]);
    expect(results.some((line) => line.endsWith(' created'))).toBe(true);
  }
});
