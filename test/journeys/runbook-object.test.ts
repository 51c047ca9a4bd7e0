import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runbookReportSchema } from '../../src/core/report/runbook-report.ts';
import { parseScenario } from '../../src/core/scenario.ts';
import { type Practice, startPractice } from '../../src/practice/practice.ts';
import { root, run } from './built-command.ts';

/** OBJECT on the command line: what leads to the Deployment that is looked at. By the built command, over HTTPS. */
let practice: Practice;
let dir: string;
afterEach(async () => {
  await practice.close();
  await rm(dir, { recursive: true, force: true });
});

async function serve(scenario: string): Promise<void> {
  const path = join(root, 'runbooks/pdb-blocking/scenarios', `${scenario}.yaml`);
  dir = await mkdtemp(join(tmpdir(), 'orion-setup-object-'));
  practice = await startPractice({ scenario: parseScenario(await readFile(path, 'utf8'), path), speed: 0, dir });
}

const runbook = (object: string, ...more: readonly string[]) =>
  run(['runbook', 'pdb-blocking', object, '-n', 'orion-staging', '--no-input', ...more], {
    env: { KUBECONFIG: practice.kubeconfig },
  });

describe('a budget', () => {
  test.each([
    'poddisruptionbudget/auth-service-pdb',
    'pdb/auth-service-pdb',
    'poddisruptionbudgets.policy/auth-service-pdb',
  ])('%s leads to the Deployment whose pods it selects', async (object) => {
    await serve('pdb-no-headroom');
    const { code, stdout, stderr } = await runbook(object, '-o', 'json');
    expect(code, stderr).toBe(3);
    const report = runbookReportSchema.parse(JSON.parse(stdout));
    expect(report.rootCauses).toEqual(['pdb-no-headroom']);
    expect(report.impact).toContain('users are served by 1 of 1 pods');
  });

  test('that is not there: what is', async () => {
    await serve('pdb-no-headroom');
    const { code, stderr } = await runbook('pdb/auth-servce-pdb');
    expect(code).toBe(2);
    expect(stderr).toContain('There is no PodDisruptionBudget "auth-servce-pdb" in orion-staging. There are:');
    expect(stderr).toContain('auth-service-pdb');
  });

  test('that selects nothing leads nowhere, and says so', async () => {
    await serve('pdb-selector-mismatch');
    const { code, stderr } = await runbook('pdb/auth-service-pdb');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'PodDisruptionBudget auth-service-pdb selects the pods of no Deployment in orion-staging.',
    );
    expect(stderr).toContain('deployment/auth-service');
  });

  test('over several Deployments: none is taken for granted', async () => {
    await serve('pdb-selector-too-broad');
    const { code, stderr } = await runbook('pdb/auth-service-pdb');
    expect(code).toBe(2);
    expect(stderr).toContain('selects the pods of 2 Deployments. Name the one that is meant:');
    expect(stderr).toContain('deployment/auth-service');
  });
});

test('what leads nowhere: the kinds that do', async () => {
  await serve('pdb-no-headroom');
  const { code, stderr } = await runbook('service/auth-service');
  expect(code).toBe(2);
  expect(stderr).toContain('pdb-blocking looks at a Deployment, not at "service/auth-service".');
  expect(stderr).toContain('orion-setup runbook pdb-blocking poddisruptionbudget/NAME');
});
