import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { press } from '../terminal/terminal.ts';
import { cordonedOn } from './cordoned.ts';
import { terminals } from './terminal-command.ts';
import { verifiedPractice } from './verified-practice.ts';

/** The testing procedures on a real terminal: the list, a table, and a real drain that is asked for, watched and put back. */
const used = terminals();
let place: Awaited<ReturnType<typeof verifiedPractice>>;
beforeAll(async () => {
  place = await verifiedPractice();
});
afterEach(used.leave);
afterAll(() => place?.close());

const start = (...words: readonly string[]) =>
  used.start([...words, ...place.args], used.home(), { env: place.env, rows: 40, columns: 120 });
const words = (): string => `orion-staging ${place.practice.contextName}`;

test('from the list to a table, and back; a red check leads to its runbook', { timeout: 120_000 }, async () => {
  place.practice.patchObject('PodDisruptionBudget/orion-staging/auth-service-pdb', { spec: { minAvailable: 3 } });
  const terminal = start('test', 'staging');
  expect(await terminal.shows('Evictions under the budget', 20_000)).toContain('Ingress, as a client sees it');
  terminal.type(`e${press.enter}`);
  const table = await terminal.shows('r runbook', 30_000);
  expect(table).toContain('A problem was found.');
  expect(table).toMatch(/› \d+ .*✗ .*failed/);
  terminal.type('r');
  await terminal.shows('Rollout or drain stuck', 30_000);
  place.practice.patchObject('PodDisruptionBudget/orion-staging/auth-service-pdb', { spec: { minAvailable: 1 } });
  terminal.type('q');
  await terminal.shows('Certificate, in its Secret', 30_000);
  terminal.type(`c${press.enter}`);
  await terminal.shows('All is well.', 30_000);
  terminal.type(press.escape);
  await terminal.shows('Evictions under the budget');
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  expect(terminal.screen()).toContain('All is well.');
});

test('a node is drained for real after the typed words, watched, and takes pods again', {
  timeout: 180_000,
}, async () => {
  const terminal = start('test', 'pdb', 'staging');
  await terminal.shows('drain a node for real', 30_000);
  terminal.type(press.enter);
  const asks = await terminal.shows(`Type ${words()} to do it`, 30_000);
  expect(asks).toContain('- evict orion-staging/auth-service-');
  expect(asks).toContain('all is stopped at once');
  terminal.type(press.enter);
  await terminal.shows('Nothing is done before');
  terminal.type(`${words()}${press.enter}`);
  expect(await terminal.shows('takes no new pods', 30_000)).toMatch(/HTTPS answered/);
  const done = await terminal.shows('In the history as', 90_000);
  expect(done).toContain('takes pods again');
  expect(done).toMatch(/HTTPS answered (\d+) of \1, 100\.0 %/);
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  expect(terminal.screen()).toContain('All is well.');
});

test('Ctrl-C in the middle of a drain: the node takes pods again before the screens are gone', {
  timeout: 120_000,
}, async () => {
  const terminal = start('test', 'pdb', 'staging', '--real');
  await terminal.shows(`Type ${words()} to do it`, 60_000);
  terminal.type(`${words()}${press.enter}`);
  await terminal.shows('takes no new pods', 30_000);
  terminal.type(press.ctrlC);
  expect(await terminal.ended).toBe(130);
  expect(terminal.isOnOtherScreen()).toBe(false);
  expect(terminal.written()).toContain('takes pods again');
});

test('a terminal that closes in the middle of a drain: the node takes pods again before the process ends', {
  timeout: 120_000,
}, async () => {
  // What the drain before it evicted has been replaced by then.
  place.practice.advance('10m');
  const terminal = start('test', 'pdb', 'staging', '--real');
  await terminal.shows(`Type ${words()} to do it`, 60_000);
  terminal.type(`${words()}${press.enter}`);
  await terminal.shows('takes no new pods', 30_000);
  expect(await cordonedOn(place.practice)).toBe(1);
  terminal.hangUp();
  expect(await terminal.ended).toBe(130);
  expect(await cordonedOn(place.practice)).toBe(0);
});
