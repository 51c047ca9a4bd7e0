import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { press } from '../terminal/terminal.ts';
import { terminals } from './terminal-command.ts';
import { verifiedPractice } from './verified-practice.ts';

/** `verify` on a real terminal: the list, a red point, its runbook, and back. */
const used = terminals();
let place: Awaited<ReturnType<typeof verifiedPractice>>;
beforeAll(async () => {
  place = await verifiedPractice();
});
afterEach(used.leave);
afterAll(() => place?.close());

test('from the list to the runbook of the red point, and back to a fresh look', { timeout: 90_000 }, async () => {
  place.practice.patchObject('PodDisruptionBudget/orion-staging/auth-service-pdb', { spec: { minAvailable: 2 } });
  const terminal = used.start(['verify', ...place.args], used.home(), { env: place.env, rows: 40, columns: 100 });
  const list = await terminal.shows('12 of 13 passed, 1 failed', 30_000);
  expect(list).toContain('The pods are spread over nodes');
  expect(list).toMatch(/› 2 .*✗ A disruption budget is enforced/);
  expect(list).toContain('hpa-min-below-pdb');
  expect(list).toContain('r runbook');

  terminal.type('?');
  expect(await terminal.shows('Thirteen points')).toContain('opens the runbook that mends the point that is chosen');
  terminal.type(press.escape);
  await terminal.shows('12 of 13 passed');

  terminal.type('r');
  await terminal.shows('Rollout or drain stuck', 30_000);
  place.practice.patchObject('PodDisruptionBudget/orion-staging/auth-service-pdb', { spec: { minAvailable: 1 } });
  terminal.type('q');
  await terminal.shows('13 of 13 passed', 30_000);
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  expect(terminal.isOnOtherScreen()).toBe(false);
  expect(terminal.screen()).toContain('Nothing was changed.');
});

test('a point that is higher than a small terminal is read page by page', { timeout: 60_000 }, async () => {
  place.practice.patchObject('PodDisruptionBudget/orion-staging/auth-service-pdb', { spec: { minAvailable: 2 } });
  const terminal = used.start(['verify', ...place.args], used.home(), { env: place.env, rows: 12, columns: 40 });
  expect(await terminal.shows('A disruption budget', 30_000)).toContain('failed');
  terminal.type(press.pageDown.repeat(2));
  await terminal.shows('hpa-min-below-pdb');
  terminal.type('q');
  expect(await terminal.ended).toBe(3);
  place.practice.patchObject('PodDisruptionBudget/orion-staging/auth-service-pdb', { spec: { minAvailable: 1 } });
});

test('the home screen leads to it', { timeout: 60_000 }, async () => {
  const terminal = used.start([], used.home(), { env: place.env });
  expect(await terminal.shows('Verify an environment', 20_000)).toContain('thirteen points');
  terminal.type(`2${press.enter}`);
  await terminal.shows('Prometheus scrapes the service', 40_000);
  terminal.type(press.ctrlC);
  expect(await terminal.ended).toBe(130);
});
