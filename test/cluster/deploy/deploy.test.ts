import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { currentBed } from '../bed/bed.ts';
import { emptyCluster, environments, type Installation, newInstallation, setUp } from '../setup/installation.ts';
import { command, consentTo, deployReportOf, errorOf, imageIn, memoryIn, pipelineOf, takeImage } from './pipeline.ts';

/** From one image to the next in a pipeline: diff, deploy, the gate between staging and production, and rollback. */
const bed = currentBed();

let installation: Installation;
let pipeline: Installation;
beforeAll(async () => {
  await emptyCluster();
  installation = await newInstallation();
  const first = await setUp(installation, ['-o', 'json']);
  expect(first.code, first.stdout + first.stderr).toBe(0);
  pipeline = pipelineOf(installation);
});
afterAll(emptyCluster);

const nothingWritten = async (mark: number) => expect(await bed.writesSince(mark)).toEqual([]);
const overlayOf = (name: string): string => join(installation.tree, 'overlays', name);

describe.each(environments)('what stands of %s', (name) => {
  test('diff: 0, by dry runs alone', async () => {
    const mark = bed.auditMark();
    const ran = await command(pipeline, `diff ${name} -o json`);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran)).toMatchObject({ outcome: 'unchanged', changes: [], blocked: [], leftovers: [] });
    await nothingWritten(mark);
  });

  test('deploy: 0, verified, and nothing is sent', async () => {
    const mark = bed.auditMark();
    const ran = await command(pipeline, `deploy ${name} -o json`);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran)).toMatchObject({ outcome: 'healthy', applied: [], undoId: null });
    expect((await bed.writesSince(mark)).filter(({ resource }) => resource !== 'configmaps')).toEqual([]);
  });

  test('render is what kubectl builds, but for Secrets', async () => {
    const ran = await command(pipeline, `render ${name} -o json`);
    writeFileSync(join(installation.folder, `${name}-before.json`), ran.stdout);
    const built = parseAllDocuments(await bed.kubectl(`kustomize ${overlayOf(name)}`)).map((one) => one.toJS());
    const refs = (items: readonly { kind: string; metadata: { name: string } }[]) =>
      items.map(({ kind, metadata }) => `${kind}/${metadata.name}`).toSorted();
    const withoutSecrets = built.filter(({ kind }: { kind: string }) => kind !== 'Secret');
    expect(refs(JSON.parse(ran.stdout).items)).toEqual(refs(withoutSecrets));
  });
});

test("every command of this tool that the tree's README names is one, and does what it says of what stands", async () => {
  const readme = readFileSync(join(installation.tree, 'README.md'), 'utf8');
  const named = [...readme.matchAll(/orion-setup ((?:diff|deploy|rollback) \w+)/g)].map(([, words = '']) => words);
  expect([...new Set(named)]).toEqual(
    expect.arrayContaining(['diff staging', 'deploy staging', 'diff production', 'deploy production', 'rollback ENV']),
  );
  for (const words of named) {
    const ran = await command(pipeline, words.replace('ENV', 'staging'));
    // One applied set stands: there is nothing to go back to yet, and that is said.
    expect(ran.code, words + ran.stderr).toBe(words.startsWith('rollback') ? 2 : 0);
    if (words.startsWith('rollback')) expect(ran.stderr).toContain('There is nothing to go back to');
  }
});

describe('another image', () => {
  beforeAll(() => takeImage(installation, '1.5.0'));

  test('diff: 3, and says what', async () => {
    const mark = bed.auditMark();
    const ran = await command(pipeline, 'diff');
    expect(ran.code, ran.stdout + ran.stderr).toBe(3);
    expect(ran.stdout).toMatch(/Changed: Deployment\/orion-staging\/auth-service\n[\s\S]*\+ .*auth-service:1\.5\.0/);
    await nothingWritten(mark);
  });

  test('production is refused before staging has passed with it: 6', async () => {
    const mark = bed.auditMark();
    const ran = await command(pipeline, 'deploy production -o json', consentTo('production'));
    expect(ran.code, ran.stdout).toBe(6);
    expect(errorOf(ran).message).toContain('with another base or image');
    expect(errorOf(ran).next.join('\n')).toContain('orion-setup deploy staging');
    await nothingWritten(mark);
  });

  test('staging without consent: 6, and the options are named that would give it', async () => {
    const mark = bed.auditMark();
    const ran = await command(pipeline, 'deploy staging -o json');
    expect(ran.code).toBe(6);
    expect(errorOf(ran).next.join('\n')).toContain('deploy staging --yes --confirm orion-staging --confirm bed');
    await nothingWritten(mark);
  });

  test('staging: 0, only what differs is sent, kubectl agrees, the gate is kept', async () => {
    const mark = bed.auditMark();
    const ran = await command(pipeline, 'deploy staging -o json', consentTo('staging'));
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const report = deployReportOf(ran);
    writeFileSync(join(installation.folder, 'staging-passed.json'), ran.stdout);
    expect(report).toMatchObject({ applied: ['Deployment/orion-staging/auth-service'], gate: { state: 'passed' } });
    expect(report.checks.filter(({ state }) => state !== 'passed')).toEqual([]);
    expect(report.checks.map(({ id }) => id)).toContain('secret-in-use');
    const sent = new Set((await bed.writesSince(mark)).map(({ resource }) => resource));
    expect([...sent].toSorted()).toEqual(['configmaps', 'deployments']);
    expect(await imageIn('staging')).toBe('ghcr.io/example/auth-service:1.5.0');
    expect(await bed.kubectl(`diff -k ${overlayOf('staging')}`)).toBe('');
  });

  test('production passes now, from an empty home: 0', async () => {
    const fresh = pipelineOf(installation, 'fresh-home');
    const ran = await command(fresh, 'deploy production -o json', consentTo('production'));
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran)).toMatchObject({ gate: { state: 'passed' }, overridden: null });
    expect(await bed.kubectl(`diff -k ${overlayOf('production')}`)).toBe('');
  });
});

describe('the gate overridden', () => {
  const reason = 'INC-77, the fix cannot wait';
  beforeAll(() => takeImage(installation, '1.5.1'));

  test('needs the namespace typed: 6', async () => {
    const mark = bed.auditMark();
    const ran = await command(pipeline, 'deploy production -o json', ['--override-gate', reason, '--yes']);
    expect(ran.code).toBe(6);
    expect(errorOf(ran).next.join('\n')).toContain('--confirm orion-prod');
    await nothingWritten(mark);
  });

  test('a report of staging with another image does not open it: 6', async () => {
    const file = join(installation.folder, 'staging-passed.json');
    const ran = await command(pipeline, 'deploy production -o json', ['--gate-from', file, ...consentTo('production')]);
    expect(ran.code).toBe(6);
    expect(errorOf(ran).message).toContain('with another base or image');
  });

  test('goes on, and its reason is in the history and in what production remembers', async () => {
    const ran = await command(pipeline, 'deploy production -o json', [
      '--override-gate',
      reason,
      ...consentTo('production'),
    ]);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran)).toMatchObject({ overridden: reason, gate: { state: 'other-version' } });
    const history = JSON.parse((await command(pipeline, 'history -o json')).stdout).items;
    expect(history[0]).toMatchObject({ title: `Deploy production, gate overridden: ${reason}`, state: 'verified' });
    expect((await memoryIn('production')).sets.at(-1)).toMatchObject({ overridden: reason });
  });

  test("staging's own report opens production where the clusters do not share a memory", async () => {
    const passed = await command(pipeline, 'deploy staging -o json', consentTo('staging'));
    expect(passed.code, passed.stdout + passed.stderr).toBe(0);
    const file = join(installation.folder, 'staging-passed.json');
    writeFileSync(file, passed.stdout);
    await bed.kubectl('-n orion-staging delete configmap orion-setup');
    expect((await command(pipeline, 'deploy production -o json')).code).toBe(6);
    const ran = await command(pipeline, 'deploy production -o json', ['--gate-from', file, ...consentTo('production')]);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran).gate).toMatchObject({ state: 'passed' });
  });
});

describe('rollback of production', () => {
  test('to the set that set-up applied: every field that we render is as it was', async () => {
    const shown = await command(pipeline, 'rollback production --to-set 1');
    expect(shown.code).toBe(6);
    expect(shown.stderr).toMatch(
      /Applied sets:\n {2}3 .*1\.5\.1.*stands.*gate overridden: INC-77[^\n]*\n {2}2 .*1\.5\.0[^\n]*\n {2}1 .*1\.4\.2/,
    );
    const ran = await command(pipeline, 'rollback production --to-set 1 -o json', consentTo('production'));
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran)).toMatchObject({ outcome: 'healthy', to: { set: 1 } });
    expect(await imageIn('production')).toBe('ghcr.io/example/auth-service:1.4.2');
    expect(await bed.kubectl(`diff -f ${join(installation.folder, 'production-before.json')}`)).toBe('');
  });

  test('without a number: to the set before, which is the one that was left', async () => {
    const ran = await command(pipeline, 'rollback production -o json', consentTo('production'));
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran)).toMatchObject({ to: { set: 3 } });
    expect(await bed.kubectl(`diff -k ${overlayOf('production')}`)).toBe('');
  });

  test('to a revision of the Deployment, as kubectl would; and undo takes that back', async () => {
    const path = '/apis/apps/v1/namespaces/orion-prod/deployments/auth-service';
    const before = (await bed.api.get(path)).spec;
    const unknown = await command(pipeline, 'rollback production --to-revision 99 -o json');
    expect(unknown.code).toBe(2);
    const [, revision] = /it has (\d+)/.exec(errorOf(unknown).message) ?? [];
    const { items } = await bed.api.get('/apis/apps/v1/namespaces/orion-prod/replicasets');
    const [{ spec: earlier }] = items.filter(
      ({ metadata }: { metadata: { annotations: Record<string, string> } }) =>
        metadata.annotations['deployment.kubernetes.io/revision'] === revision,
    );
    delete earlier.template.metadata.labels['pod-template-hash'];
    const words = `rollback production --to-revision ${revision} -o json`;
    const ran = await command(pipeline, words, consentTo('production'));
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const after = (await bed.api.get(path)).spec;
    expect(after).toEqual({ ...before, template: earlier.template });
    expect(after).not.toEqual(before);
    const undone = await command(pipeline, `undo ${deployReportOf(ran).undoId}`, consentTo('production'));
    expect(undone.code, undone.stdout + undone.stderr).toBe(0);
    expect((await bed.api.get(path)).spec).toEqual(before);
  });

  test('a set whose Secret is gone is not returned to: 6', async () => {
    const [first] = (await memoryIn('production')).sets;
    const [{ name }] = first.secrets;
    const secret = JSON.parse(await bed.kubectl(`-n orion-prod get secret ${name} -o json`));
    await bed.kubectl(`-n orion-prod delete secret ${name}`);
    const ran = await command(pipeline, 'rollback production --to-set 1 -o json', consentTo('production'));
    const { metadata, data, type } = secret;
    await bed.kubectl('apply -f -', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: metadata.name, namespace: 'orion-prod' },
      data,
      type,
    });
    expect(ran.code).toBe(6);
    expect(errorOf(ran).message).toContain(`needs Secret/${name}, which is not there any more`);
  });
});
