import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import {
  emptyCluster,
  type Installation,
  newInstallation,
  type Run,
  reportOf,
  run,
  setUp,
  unattended,
} from './installation.ts';

/** What set-up refuses, and that it has then sent nothing. */
const bed = currentBed();

afterAll(emptyCluster);

/** The one document of a run that ended early. */
const errorOf = ({ stdout }: Run): { kind: string; code: string; message: string; next: readonly string[] } =>
  JSON.parse(stdout);

/** Ends as it should, without a single change to the cluster. */
async function refused(code: number, work: () => Promise<Run>): Promise<Run> {
  const mark = bed.auditMark();
  const ended = await work();
  expect(ended.code, ended.stdout + ended.stderr).toBe(code);
  expect(await bed.writesSince(mark)).toEqual([]);
  return ended;
}

describe('on an empty cluster', () => {
  let installation: Installation;
  beforeAll(async () => {
    await emptyCluster();
    installation = await newInstallation();
  });

  test('production before staging has passed: 6', async () => {
    const ended = await refused(6, () => setUp(installation, ['--env', 'production', '-o', 'json']));
    expect(errorOf(ended).message).toContain('Production comes after staging');
    expect(errorOf(ended).next).toContain('orion-setup setup --env staging');
  });

  test('all that is missing is listed at once: 2', async () => {
    const bare = await newInstallation({
      answers: { domain: undefined, image: undefined, environments: { staging: {}, production: {} } },
    });
    const { message } = errorOf(await refused(2, () => setUp(bare, ['-o', 'json'])));
    for (const missing of [
      'domain',
      'image',
      ...['staging', 'production'].flatMap((name) =>
        ['database-url', 'redis-url', 'jwt-secret'].map((key) => `environments.${name}.secretsFile (${key})`),
      ),
    ])
      expect(message.split('\n').map((line) => line.trim())).toContain(missing);
  });

  test('keys that nobody knows are errors, all of them named: 2', async () => {
    const typo = await newInstallation({
      answers: { domian: 'example.org', environments: { staging: { contxt: 'bed' } } },
    });
    const { message } = errorOf(await refused(2, () => setUp(typo, ['-o', 'json'])));
    expect(message).toContain('unknown key "domian"');
    expect(message).toContain('environments.staging: unknown key "contxt"');
  });

  test('a secret in the wrong place is refused and not quoted: 2', async () => {
    const { secrets } = installation;
    const odd = await newInstallation({ answers: { databaseUrl: secrets.staging['database-url'] } });
    const ended = await refused(2, () => setUp(odd, ['-o', 'json']));
    expect(ended.stdout + ended.stderr).not.toContain(secrets.staging['database-url']);
  });

  test('a cluster that does not answer: 8', async () => {
    const kubeconfig = join(installation.folder, 'nowhere.kubeconfig');
    const nowhere = readFileSync(bed.kubeconfig, 'utf8').replace(bed.server, 'https://127.77.0.99:6443');
    writeFileSync(kubeconfig, nowhere);
    const ended = await refused(8, () => setUp(installation, ['-o', 'json'], { kubeconfig }));
    expect(errorOf(ended)).toMatchObject({ kind: 'Error' });
    expect(errorOf(ended).message).toContain('127.77.0.99');
  });

  test('a user who may only look: 3, the rights that are missing are named, nothing is written', async () => {
    const mark = bed.auditMark();
    const ended = await setUp(installation, ['-o', 'json'], { kubeconfig: bed.kubeconfigOf('viewer') });
    expect(ended.code, ended.stdout + ended.stderr).toBe(3);
    expect(ended.stdout).toMatch(/(create|patch) (clusterissuers|namespaces)/);
    expect(await bed.writesSince(mark)).toEqual([]);
  });
});

describe('with staging set up', () => {
  let installation: Installation;
  const profileFile = () => join(installation.home, 'config/orion-setup/profiles/default.json');

  beforeAll(async () => {
    await emptyCluster();
    installation = await newInstallation();
    const first = await setUp(installation, ['--env', 'staging', '-o', 'json']);
    expect(first.code, first.stdout + first.stderr).toBe(0);
  });

  test('production without its namespace as typed consent: 6', async () => {
    const words = unattended(installation).slice(0, -2);
    const ended = await refused(6, () => run(installation, [...words, '-o', 'json']));
    expect(errorOf(ended).next.join('\n')).toContain('--yes --confirm orion-prod');
  });

  test.each(['clusterUid', 'caFingerprint', 'server'])(
    'a profile pinned to another cluster by its %s: 6',
    async (what) => {
      const before = readFileSync(profileFile(), 'utf8');
      const profile = JSON.parse(before);
      profile.environments.staging.pin[what] = what === 'server' ? 'https://192.0.2.1:6443' : 'another-cluster';
      writeFileSync(profileFile(), JSON.stringify(profile));
      writeFileSync(
        installation.answers,
        readFileSync(installation.answers, 'utf8').replace(/^image: .*$/m, 'image: ghcr.io/example/auth-service:1.6.0'),
      );
      try {
        const ended = await refused(6, () => setUp(installation, ['-o', 'json']));
        expect(errorOf(ended).message).toContain('leads to another cluster than the one staging is pinned to');
        // The pin is not quietly written anew by a run that it stopped.
        const after = JSON.parse(readFileSync(profileFile(), 'utf8'));
        expect(after.environments.staging.pin).toEqual(profile.environments.staging.pin);
        const fixed = await refused(6, () =>
          run(installation, ['runbook', 'cert-pending', '--fix', '--yes', '--confirm', 'orion-staging']),
        );
        expect(fixed.stderr).toContain('is pinned to');
      } finally {
        writeFileSync(profileFile(), before);
      }
    },
  );

  test('staging that passed with another image does not open production: 6', async () => {
    const ended = await refused(6, () => setUp(installation, ['--env', 'production', '-o', 'json']));
    expect(errorOf(ended).message).toContain('with another base or image');
  });

  test('a fresh home goes on from what the cluster remembers', async () => {
    const elsewhere = { ...installation, home: join(installation.folder, 'other-home') };
    writeFileSync(
      installation.answers,
      readFileSync(installation.answers, 'utf8').replace(/^image: .*$/m, 'image: ghcr.io/example/auth-service:1.4.2'),
    );
    const ended = await setUp(elsewhere, ['--env', 'production', '-o', 'json']);
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(reportOf(ended).environments.production).toMatchObject({ verified: true, gate: { state: 'passed' } });
  });
});
