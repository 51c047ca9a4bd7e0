import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseScenario } from '../../src/core/scenario.ts';
import { type Practice, startPractice } from '../../src/practice/practice.ts';
import { root, run } from './built-command.ts';
import { clockLines, movedBy } from './moved-clock.ts';

/** What is relaxed for a while is due by the API server's clock, also where this machine's is behind and nothing of it would be for hours. */
let dir: string;
let practice: Practice;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'orion-setup-clock-'));
  const path = join(root, 'runbooks/pdb-blocking/scenarios/pdb-no-headroom-no-room.yaml');
  practice = await startPractice({ scenario: parseScenario(readFileSync(path, 'utf8'), path), speed: 1, dir });
});
afterEach(async () => {
  await practice?.close();
  rmSync(dir, { recursive: true, force: true });
});

test.each([
  ['behind', -3],
  ['ahead of', 3],
])('relaxed, and put back by the next command once it is due there: %s', { timeout: 60_000 }, async (words, hours) => {
  const by = practice.clock.now().getTime() - Date.now() + hours * 3_600_000;
  const place = { HOME: dir, XDG_CONFIG_HOME: join(dir, 'config'), XDG_STATE_HOME: join(dir, 'state') };
  const env = { ...place, KUBECONFIG: practice.kubeconfig, NODE_OPTIONS: movedBy(by) };
  const consent = ['--yes', '--confirm', 'orion-staging', '--confirm', 'practice'];
  const relaxed = await run(
    ['runbook', 'pdb-blocking', '-n', 'orion-staging', '--fix', '--remedy', 'keep-less-for-a-while', ...consent],
    { env },
  );
  expect(relaxed.code, relaxed.stdout + relaxed.stderr).toBe(0);
  expect(clockLines(relaxed.stderr)).toEqual([expect.stringContaining(words)]);

  const before = await run(['prerequisites'], { env });
  expect(before.stderr).not.toContain('put back');

  practice.advance('20m');
  const after = await run(['prerequisites'], { env });
  expect(after.stderr).toMatch(/put back, PodDisruptionBudget\/auth-service-pdb/);
});
