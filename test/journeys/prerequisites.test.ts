import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { kinds, ref } from '../../src/core/kubernetes/kinds.ts';
import { historyReportSchema } from '../../src/core/report/history-report.ts';
import { prerequisitesReportSchema } from '../../src/core/report/prerequisites-report.ts';
import { connect } from '../../src/edges/cluster/connect.ts';
import { type Practice, startPractice } from '../../src/practice/practice.ts';
import { run } from './built-command.ts';

/** What a cluster lacks, by the built command; helm and kubectl are stand-ins that write down what they were called with. */
const { signal } = new AbortController();
let folder: string;
let calls: string;
let practice: Practice;
let env: NodeJS.ProcessEnv;

const standIn = (name: string, rest = ''): void => {
  const file = join(folder, 'bin', name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> ${calls}\n${rest}\n`);
  chmodSync(file, 0o755);
};
const called = (): readonly string[] =>
  readFileSync(calls, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.includes(' version '));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orion-setup-test-'));
  calls = join(folder, 'calls');
  mkdirSync(join(folder, 'bin'));
  practice = await startPractice({ scenario: 'empty', speed: 600, dir: folder });
  env = {
    KUBECONFIG: practice.kubeconfig,
    PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`,
    XDG_STATE_HOME: join(folder, 'state'),
  };
  standIn('kubectl', `echo '{"clientVersion": {"gitVersion": "v1.36.1"}}'`);
  standIn('helm', 'printf "Release installed\\033[31m\\n"');
  writeFileSync(calls, '');
});
afterAll(() => practice?.close());

const look = async (...more: readonly string[]) => {
  const said = await run(['prerequisites', '-o', 'json', ...more], { env });
  if (said.code === null || said.stdout === '') throw new Error(said.stderr);
  return { ...said, report: prerequisitesReportSchema.parse(JSON.parse(said.stdout)) };
};

/** Takes the definition of Prometheus' monitors away: the component then counts as missing. */
async function withoutMonitors(): Promise<void> {
  const { reader, writer, close } = await connect({ kubeconfig: practice.kubeconfig, env: {} });
  const name = 'servicemonitors.monitoring.coreos.com';
  const crd = await reader.look({ at: 'get', kind: kinds.CustomResourceDefinition, name }, signal);
  if (crd.ok)
    await writer.send(
      { do: 'delete', ref: ref(kinds.CustomResourceDefinition, name), uid: crd.value.metadata.uid ?? '' },
      { dryRun: false },
      signal,
    );
  close();
}

test('a cluster that has all of it: exit 0, each with its version, where that stands, and the newest that is known', async () => {
  const { code, report } = await look();
  expect(report.items.map(({ id, state }) => [id, state])).toEqual([
    ['kubectl', 'fine'],
    ['access', 'fine'],
    ['rights', 'fine'],
    ['cert-manager', 'fine'],
    ['prometheus-operator', 'fine'],
    ['ingress-nginx', 'fine'],
    ['metrics-api', 'fine'],
  ]);
  expect(code).toBe(0);
  const certManager = report.items.find(({ id }) => id === 'cert-manager');
  expect(certManager).toMatchObject({ minimum: '1.13.0', newest: 'v1.21.2' });
  expect(certManager?.versions[0]?.from).toBe('Deployment/cert-manager/cert-manager');
});

test('a notice that was dismissed stays so, also for the next run', async () => {
  const before = await look();
  expect(before.report.notices.map(({ id }) => id)).toEqual(['ingress-nginx-retired', 'secrets-at-rest']);
  await look('--dismiss', 'ingress-nginx-retired');
  const { report } = await look();
  expect(report.notices.map(({ id }) => id)).toEqual(['secrets-at-rest']);
});

test('what is missing: exit 3, who owns it, the words to send them, the commands', async () => {
  await withoutMonitors();
  const { code, report } = await look();
  const missing = report.items.find(({ id }) => id === 'prometheus-operator');
  expect(missing).toMatchObject({ state: 'missing', owner: 'platform' });
  expect(missing?.request).toContain(`Please bring Prometheus Operator 0.60.0 or newer to the cluster`);
  expect(missing?.request).toContain('helm upgrade --install kube-prometheus-stack');
  expect(code).toBe(3);
  const said = await run(['prerequisites', '--plain'], { env });
  expect(said.code).toBe(3);
  expect(said.stdout).toContain('Prometheus Operator is usually owned by: platform. To be sent to them:');
});

test('--install wants the namespace and the context typed, and runs nothing without', async () => {
  const said = await run(['prerequisites', '--install', '--yes', '--confirm', 'monitoring', '--no-input'], { env });
  expect(said.code).toBe(6);
  expect(said.stderr).toContain(`--yes --confirm monitoring --confirm ${practice.contextName}`);
  expect(called()).toEqual([]);
});

test('--install runs the commands on the cluster that was looked at, lets their words through, and looks again', async () => {
  const { code, report, stderr } = await look(
    ...['--install', '--yes', '--confirm', 'monitoring', '--confirm', practice.contextName],
  );
  expect(called()).toEqual([
    'helm repo add prometheus-community https://prometheus-community.github.io/helm-charts',
    `helm upgrade --install kube-prometheus-stack prometheus-community/kube-prometheus-stack --version 88.4.0 --namespace monitoring --create-namespace --kube-context ${practice.contextName}`,
  ]);
  expect(stderr).toContain('Release installed\n');
  expect(report.ran.map(({ result }) => result)).toEqual(['done', 'done']);
  // The stand-in installs nothing, and that is what is said.
  expect(report.items.find(({ id }) => id === 'prometheus-operator')?.state).toBe('missing');
  expect(code).toBe(3);

  const listed = await run(['history', '-o', 'json'], { env });
  const [entry] = historyReportSchema.parse(JSON.parse(listed.stdout)).items;
  const byHand = `helm uninstall kube-prometheus-stack --namespace monitoring --kube-context ${practice.contextName}`;
  expect(entry).toMatchObject({
    title: 'Install Prometheus Operator',
    command: 'prerequisites --install',
    kubernetesUser: 'admin',
    namespace: 'monitoring',
    commands: [
      { result: 'done', takenBackBy: null },
      { result: 'done', takenBackBy: byHand },
    ],
    verification: { ok: false },
    undo: { state: 'cannot' },
  });
  const undone = await run(['undo', entry?.id ?? '', '--yes'], { env });
  expect(undone.code).toBe(6);
  expect(undone.stderr).toContain(`By hand: ${byHand}`);
  expect((await run(['history', entry?.id ?? ''], { env })).stdout).toMatch(/ran helm upgrade --install .*: done/);
});

test('a command that fails ends it there', async () => {
  writeFileSync(calls, '');
  standIn('helm', 'echo "Error: no route to charts" >&2; exit 1');
  const { code, report, stderr } = await look(
    ...['--install', '--yes', '--confirm', 'monitoring', '--confirm', practice.contextName],
  );
  expect(called()).toHaveLength(1);
  expect(stderr).toContain('Error: no route to charts');
  expect(report.ran).toMatchObject([{ result: 'failed', exitCode: 1 }]);
  expect(code).toBe(3);
});

test('--rbac prints Roles that kubectl could apply: to look, and with --fix to mend too', async () => {
  const roles = async (...words: readonly string[]) => {
    const { code, stdout } = await run(['prerequisites', '--rbac', 'runbook', 'pdb-blocking', ...words], { env });
    expect(code).toBe(0);
    return parseAllDocuments(stdout).map((document) => document.toJS().metadata);
  };
  const name = 'orion-setup-runbook-pdb-blocking-shop';
  expect(await roles('-n', 'shop')).toMatchObject([{ name }, { name, namespace: 'shop' }]);
  expect(await roles('-n', 'shop', '--fix')).toMatchObject([
    { name },
    { name, namespace: 'shop' },
    { name: `${name}-fix` },
    { name: `${name}-fix`, namespace: 'shop' },
  ]);
});

test('--rbac without a cluster goes by the usual names, and says so; of a command that it does not know it lists those it does', async () => {
  const offline = await run(['prerequisites', '--rbac', 'runbook', 'prometheus-not-scraping'], {
    env: { KUBECONFIG: join(folder, 'none') },
  });
  expect(offline.code).toBe(0);
  expect(offline.stdout).toContain('http:prometheus-operated:web');
  expect(offline.stderr).toContain('the usual names stand for it');
  const unknown = await run(['prerequisites', '--rbac', 'dance'], { env });
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('orion-setup prerequisites --rbac runbook cert-pending [--fix]');
});
