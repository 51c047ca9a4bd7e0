import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import {
  emptyCluster,
  environments,
  type Installation,
  namespaceOf,
  newInstallation,
  type Run,
  type RunOptions,
  run,
  secretsText,
} from './installation.ts';
import { filesBelow, sampled, searchFor } from './planted.ts';

/** No secret of set-up is anywhere but in secrets.env and in the Secret: planted values are searched for in all that a run leaves. */
const bed = currentBed();

let installation: Installation;
let search: (text: string) => readonly string[];
const said: string[] = [];
const processes = new Set<string>();

/** Runs a command while the arguments of all processes are looked at; keeps every byte it says. */
async function heard(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { result, processes: seen } = await sampled(run(installation, args, options));
  for (const one of seen) processes.add(one);
  said.push(`${args.join(' ')}\n${result.stdout}\n${result.stderr}`);
  return result;
}

const answered = (...more: readonly string[]) => [
  ...['setup', '--answers', installation.answers, '--no-input', '--resolver', bed.resolver],
  ...['--yes', '--confirm', 'orion-prod', ...more],
];

const withInput = (): RunOptions => ({ input: secretsText(installation.secrets.production) });

const inEachPlace = async (): Promise<void> => {
  for (const name of environments) {
    const words = ['runbook', 'cert-pending', '-n', namespaceOf[name], '--resolver', bed.resolver, '--verbose'];
    await heard([...words, '--save', `${name}-${said.length}.yaml`, '-o', 'json']);
    await heard([...words, '--save', `${name}-${said.length}.yaml`]);
  }
};

beforeAll(async () => {
  await emptyCluster();
  installation = await newInstallation({
    answers: {
      environments: {
        staging: { context: 'bed', secretsFile: 'staging.env' },
        production: { context: 'bed', secretsFile: '-' },
      },
    },
  });
  search = searchFor(installation);
});
afterAll(emptyCluster);

test('set-up as JSON, with secrets from a file and from standard input', async () => {
  const ended = await heard(answered('-o', 'json', '--verbose'), withInput());
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
});

test('set-up as text of an edited tree, which goes through kubectl', async () => {
  appendFileSync(join(installation.tree, 'base/auth-service.yaml'), '# edited by hand\n');
  const ended = await heard(answered('--verbose'), withInput());
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect([...processes].some((one) => /cmdline kubectl kustomize/.test(one))).toBe(true);
});

test('a secrets file that cannot be used is not quoted', async () => {
  const { staging } = installation.secrets;
  for (const wrong of [
    staging['jwt-secret'],
    `database-url=${staging['jwt-secret']}`,
    `database-url=${staging['database-url']}/@:x\nredis-url=redis://a,b:${staging['jwt-secret']}@h`,
    `${staging['jwt-secret']}=x`,
  ]) {
    const ended = await heard(answered('-o', 'json'), { input: `${wrong}\n` });
    expect(ended.code, wrong).toBe(2);
  }
});

test('all that tells of it: runbooks, history, undo, profiles, and kubectl errors of a broken tree', async () => {
  await inEachPlace();
  await heard(['history']);
  const { stdout } = await heard(['history', '-o', 'json']);
  for (const { id } of JSON.parse(stdout).items) {
    await heard(['undo', id, '--dry-run=server']);
    await heard(['undo', id, '-o', 'json']);
  }
  for (const words of ['show', 'show -o json', 'export', 'export -o json', 'list -o json'])
    await heard(['profile', ...words.split(' ')]);
  await heard(['setup', 'secrets', 'production', '--answers', installation.answers], withInput());

  const file = join(installation.tree, 'overlays/staging/secrets.env');
  const before = readFileSync(file);
  writeFileSync(file, `${before}${installation.secrets.staging['jwt-secret']}\n`);
  expect((await heard(answered('--env', 'staging', '--verbose'), withInput())).code).not.toBe(1);
  writeFileSync(file, before);
});

test('the same after kubectl apply -k has put them into annotations', async () => {
  for (const name of environments) await bed.kubectl(`apply -k ${installation.tree}/overlays/${name}`);
  const { items } = await bed.api.get('/api/v1/namespaces/orion-staging/secrets');
  expect(search(JSON.stringify(items.map(({ metadata }: { metadata: object }) => metadata)))).not.toEqual([]);
  await inEachPlace();
  const ended = await heard(answered('-o', 'json', '--verbose'), withInput());
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
});

test('nothing of it was said, kept, or passed in an argument', async () => {
  expect(said.length).toBeGreaterThan(20);
  expect(said.flatMap((text) => search(text).map((found) => `${text.slice(0, 200)}: ${found}`))).toEqual([]);
  expect([...processes].filter((one) => search(one).length > 0)).toEqual([]);

  const mayHold = /\/overlays\/(staging|production)\/secrets\.env$|\/(staging|production)\.env$/;
  const leaks = filesBelow(installation.folder).filter(
    ({ path, bytes }) => !mayHold.test(path) && search(bytes).length > 0,
  );
  expect(leaks.map(({ path }) => path)).toEqual([]);

  for (const name of environments) {
    const { items } = await bed.api.get(`/api/v1/namespaces/${namespaceOf[name]}/configmaps`);
    expect(search(JSON.stringify(items))).toEqual([]);
    const events = await bed.api.get(`/api/v1/namespaces/${namespaceOf[name]}/events`);
    expect(search(JSON.stringify(events))).toEqual([]);
  }
  expect((await bed.auditLog()).filter(({ uri }) => search(uri).length > 0)).toEqual([]);
});

test('secrets.env holds them, for its owner only, and git does not take it', async () => {
  for (const name of environments) {
    const file = join(installation.tree, `overlays/${name}/secrets.env`);
    expect(search(readFileSync(file, 'utf8'))).toEqual(
      expect.arrayContaining(Object.values(installation.secrets[name])),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', installation.tree, ...args], { encoding: 'utf8' });
  git('init', '--quiet');
  git('add', '--all');
  const taken = git('ls-files').split('\n');
  expect(taken).toContain('overlays/staging/kustomization.yaml');
  expect(taken.filter((path) => path.endsWith('.env'))).toEqual([]);
});
