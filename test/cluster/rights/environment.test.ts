import { afterAll, beforeAll, expect, test } from 'vitest';
import { prerequisitesReportSchema } from '../../../src/core/report/prerequisites-report.ts';
import { currentBed } from '../bed/bed.ts';
import { orion } from '../orion.ts';
import {
  emptyCluster,
  type Installation,
  namespaceOf,
  newInstallation,
  reportOf,
  run,
  setUp,
} from '../setup/installation.ts';
import { type Holder, holderOf, saidAs, told } from './printed-roles.ts';

/** An environment is set up and deployed to by somebody who has the printed Roles and nothing else. */
const bed = currentBed();

let installation: Installation;
let holder: Holder;
beforeAll(async () => {
  await emptyCluster();
  await bed.prometheus.start();
  // Roles need their namespace; set-up then finds it there.
  await bed.kubectl(['create', 'namespace', namespaceOf.staging]);
  installation = await newInstallation({ privateAcme: false });
  holder = await holderOf('setup', 'staging');
});
afterAll(emptyCluster);

const prerequisites = async () => {
  const said = await orion(['prerequisites', '--env', 'staging', '-o', 'json'], { kubeconfig: holder.kubeconfig });
  if (said.stdout === '') throw new Error(said.stderr);
  const report = prerequisitesReportSchema.parse(JSON.parse(said.stdout));
  const rights = report.items.find(({ id }) => id === 'rights');
  return { code: said.code, report, state: rights?.state, lines: rights?.commands ?? [] };
};

test('with the printed Roles nothing is missing', async () => {
  const { code, report, state } = await prerequisites();
  expect(report.items.filter((item) => item.state !== 'fine')).toEqual([]);
  expect([code, state]).toEqual([0, 'fine']);
});

test('without any one rule of those that change things, prerequisites names it', async () => {
  const wrong: string[] = [];
  for (const rule of holder.rules.filter(({ role }) => role.metadata.name.endsWith('-fix'))) {
    const { code, state, lines } = await holder.without(rule, prerequisites);
    const [verb, resource = ''] = saidAs(rule).split(' ');
    // The first line is the command that prints all of them.
    const said = lines.slice(1).join('\n');
    if (state === 'fine' || code === 0 || !said.includes(` ${verb} `) || !said.includes(resource))
      wrong.push(`${told(rule)}: exit ${code}, ${state}: ${said}`);
  }
  expect(wrong).toEqual([]);
});

test('with them staging is set up, verified, and remembered', async () => {
  const done = await setUp(installation, ['--env', 'staging', '-o', 'json'], { kubeconfig: holder.kubeconfig });
  const { environments } = reportOf(done);
  expect(done.code, done.stdout + done.stderr).toBe(0);
  expect(environments.staging).toMatchObject({ applied: true, verified: true });
});

test('deploy and diff too need no more than their own', async () => {
  const deployer = await holderOf('deploy', 'staging');
  const by = (words: readonly string[]) =>
    run(installation, [...words, '--no-input', '--resolver', bed.resolver], { kubeconfig: deployer.kubeconfig });
  const deployed = await by(['deploy', 'staging', '--yes', '--confirm', namespaceOf.staging]);
  expect(deployed.code, deployed.stdout + deployed.stderr).toBe(0);
  const differing = await holderOf('diff', 'staging');
  const same = await run(installation, ['diff', 'staging', '--no-input'], { kubeconfig: differing.kubeconfig });
  expect(same.code, same.stdout + same.stderr).toBe(0);
});
