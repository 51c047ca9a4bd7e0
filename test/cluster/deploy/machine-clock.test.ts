import { afterAll, beforeAll, expect, test } from 'vitest';
import { historyReportSchema } from '../../../src/core/report/history-report.ts';
import { clockLineOf, clockLines, movedBy } from '../../journeys/moved-clock.ts';
import { currentBed } from '../bed/bed.ts';
import { emptyCluster, type Installation, newInstallation, run, setUp } from '../setup/installation.ts';
import { deployReportOf, imageIn, takeStagingImage } from './pipeline.ts';

/**
 * Staging set up, deployed and rolled back from a machine whose clock is three hours behind. What was issued a moment ago would begin in
 * hours by it, and what ends just now would have hours left.
 */
const bed = currentBed();
const behind = { environment: { NODE_OPTIONS: movedBy(-3 * 3_600_000 - 20_000) } };
const once = [clockLineOf('3 h behind')];

let installation: Installation;
beforeAll(async () => {
  await emptyCluster();
  installation = await newInstallation();
});
afterAll(emptyCluster);

const consent = ['--yes', '--no-input', '--resolver', bed.resolver, '-o', 'json'];

test('set-up, deploy and rollback come to what they come to by a sound clock, and are dated by the cluster', async () => {
  const began = Date.now();
  const first = await setUp(installation, ['--env', 'staging'], behind);
  expect(first.code, first.stdout + first.stderr).toBe(0);
  expect(first.stdout).toContain('Set up and verified: staging.');
  expect(clockLines(first.stderr)).toEqual(once);

  takeStagingImage(installation, '1.5.0');
  const deployed = await run(installation, ['deploy', 'staging', ...consent], behind);
  expect(deployReportOf(deployed), deployed.stderr).toMatchObject({ outcome: 'healthy', gate: { state: 'passed' } });
  expect(clockLines(deployed.stderr)).toEqual(once);

  const back = await run(installation, ['rollback', 'staging', ...consent], behind);
  expect(deployReportOf(back), back.stderr).toMatchObject({ outcome: 'healthy', to: { set: 1 } });
  expect(clockLines(back.stderr)).toEqual(once);
  expect(await imageIn('staging')).toBe('ghcr.io/example/auth-service:1.4.2');

  const { stdout } = await run(installation, ['history', '-o', 'json']);
  const moments = historyReportSchema.parse(JSON.parse(stdout)).items.map(({ at }) => Date.parse(at));
  expect(moments.length).toBeGreaterThan(2);
  // The bed's API server goes by this machine's true clock; to the second, as its Date does.
  for (const moment of moments) expect(moment).toBeGreaterThan(began - 2000);
});
