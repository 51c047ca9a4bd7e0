import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { press } from '../terminal/terminal.ts';
import { run } from './built-command.ts';
import { deployedPractice } from './deployed-practice.ts';
import { terminals } from './terminal-command.ts';

/** Diff, deploy and rollback on a real terminal, against a practice cluster that this tool set up. */
const used = terminals();
let home: string;
let place: Awaited<ReturnType<typeof deployedPractice>>;
beforeAll(async () => {
  home = used.home();
  place = await deployedPractice(home, { withProduction: true });
}, 120_000);
afterEach(used.leave);
afterAll(() => place?.close());

const start = (...words: readonly string[]) =>
  used.start([...words, ...place.args], home, { env: place.env, rows: 40, columns: 100 });

test('what stands differs in nothing, and esc leaves with what was seen', { timeout: 90_000 }, async () => {
  const terminal = start('diff', 'staging');
  expect(await terminal.shows('staging is as the manifests say', 30_000)).toContain('STAGING');
  terminal.type(press.escape);
  expect(await terminal.ended).toBe(0);
  expect(terminal.isOnOtherScreen()).toBe(false);
  expect(terminal.screen()).toContain('staging is as the manifests say.');
});

test('a new image: shown, asked for, waited for and verified; then back to the set before', {
  timeout: 180_000,
}, async () => {
  await place.imageInTree('1.5.0');
  const compared = start('diff', 'staging');
  const differs = await compared.shows('go on to deploy', 30_000);
  expect(differs).toContain('1 object differs.');
  expect(differs).toMatch(/› ~ Deployment\/orion-staging\/auth-service .*changed \+\d+ -\d+/);
  expect(differs).toMatch(/\+ +image: ghcr\.io\/example\/auth-service:1\.5\.0/);
  compared.type(press.tab);
  await compared.until((lines) => !lines.some((line) => line.includes('image: ghcr.io')));
  compared.type(press.enter);
  await compared.shows('apply it', 30_000);
  // No: nothing is changed, and the exit code says whose no it was.
  compared.type(press.escape);
  expect(await compared.ended).toBe(7);
  expect(compared.screen()).toContain('Nothing was changed.');

  const deployed = start('deploy', 'staging');
  await deployed.shows('apply it', 30_000);
  deployed.type(press.enter);
  const done = await deployed.shows('Done and verified.', 90_000);
  expect(done).toContain('Applied Deployment/orion-staging/auth-service');
  expect(done).toMatch(/In the history as \w+/);
  deployed.type('q');
  expect(await deployed.ended).toBe(0);

  const back = start('rollback', 'staging');
  expect(await back.shows('Where to go back to?', 30_000)).toMatch(
    /› 1 +Set 1: ghcr\.io\/example\/auth-service:1\.4\.2/,
  );
  back.type(press.enter);
  expect(await back.shows('Back to set 1', 30_000)).toMatch(/\+ +image: ghcr\.io\/example\/auth-service:1\.4\.2/);
  back.type(press.escape);
  await back.shows('Where to go back to?');
  back.type(press.enter);
  await back.shows('Back to set 1');
  back.type(press.enter);
  await back.shows('Done and verified.', 90_000);
  back.type(press.escape);
  expect(await back.ended).toBe(0);
});

test('production: not before staging; over the gate only with its namespace typed, and the reason is kept', {
  timeout: 180_000,
}, async () => {
  await place.imageInTree('1.6.0', 'production');
  const refused = start('deploy', 'production');
  const gate = await refused.shows('Production comes after staging', 30_000);
  expect(gate).toContain('PRODUCTION');
  expect(gate).toContain('--override-gate REASON');
  refused.type(press.escape);
  expect(await refused.ended).toBe(6);

  const terminal = start('deploy', 'production', '--override-gate', 'the hole is being used');
  await terminal.shows('orion-prod', 30_000);
  await terminal.shows('Type', 30_000);
  terminal.type(`orion-staging${press.enter}`);
  await terminal.shows('is not', 10_000);
  expect(terminal.screen()).not.toContain('Applied');
  terminal.type(`${press.ctrlU}orion-prod${press.enter}`);
  const done = await terminal.shows('Done and verified.', 90_000);
  expect(done).toContain('Applied Deployment/orion-prod/auth-service');
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  const history = await run(['history', '-o', 'json'], { env: place.env });
  expect(history.stdout).toContain('the hole is being used');
});

test('Ctrl-C while it is waited for: it stops, and says what was sent', { timeout: 120_000 }, async () => {
  place.practice.patchObject('Deployment/orion-staging/auth-service', { spec: { paused: true } });
  const terminal = start('deploy', 'staging');
  await terminal.shows('apply it', 30_000);
  terminal.type(press.enter);
  await terminal.shows('Waiting until', 30_000);
  terminal.type(press.ctrlC);
  expect(await terminal.ended).toBe(130);
  expect(terminal.isOnOtherScreen()).toBe(false);
  expect(terminal.screen()).toContain('What was sent is in the cluster and in the journal.');
  place.practice.patchObject('Deployment/orion-staging/auth-service', { spec: { paused: false } });
});

test('the home screen leads to it with two keys, and comes back', { timeout: 90_000 }, async () => {
  const terminal = used.start([], home, { env: place.env });
  await terminal.shows('Compare with the cluster', 20_000);
  terminal.type(`c${press.enter}`);
  await terminal.shows('Differences of staging', 30_000);
  terminal.type(press.escape);
  await terminal.shows('Compare with the cluster', 20_000);
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
});
