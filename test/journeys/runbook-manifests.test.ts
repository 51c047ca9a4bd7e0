import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { runbookReportSchema } from '../../src/core/report/runbook-report.ts';
import { parseScenario, type Scenario } from '../../src/core/scenario.ts';
import { makeProfiles } from '../../src/edges/profiles/profiles.ts';
import { type Practice, startPractice } from '../../src/practice/practice.ts';
import { root, run } from './built-command.ts';

/** A profile knows the operator's manifests: what the API server does not take of them is named, and nothing is changed by asking. */
let dir: string;
let scenario: Scenario;
let practice: Practice;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'orion-setup-manifests-'));
  const path = join(root, 'runbooks/pdb-blocking/scenarios/pdb-healthy.yaml');
  scenario = parseScenario(await readFile(path, 'utf8'), path);
  practice = await startPractice({ scenario, speed: 0, dir });
  const overlay = join(dir, 'k8s/overlays/staging');
  await mkdir(overlay, { recursive: true });
  await writeFile(join(overlay, 'kustomization.yaml'), 'resources: [../../base]\n');
  const secrets = ['database-url=postgres://u:planted@db.data.svc:5432/auth', 'redis-url=redis://:planted@cache:6379'];
  await writeFile(join(overlay, 'secrets.env'), `${secrets.join('\n')}\njwt-secret=${'planted'.repeat(8)}\n`);
  await makeProfiles(join(dir, 'config/orion-setup')).create({
    version: 1,
    name: 'ours',
    tree: join(dir, 'k8s'),
    environments: {
      staging: {
        context: practice.contextName,
        pin: { server: 'https://127.0.0.1:1', caFingerprint: null, clusterUid: null },
        namespace: 'orion-staging',
        host: 'auth-staging.example.org',
      },
    },
  });
});
afterEach(async () => {
  await practice.close();
  await rm(dir, { recursive: true, force: true });
});

/** What `kubectl kustomize` makes of the edited tree: the Deployment as it is, with this spec over it. */
async function build(spec: object): Promise<void> {
  const live = scenario.objects.find(({ kind }) => kind === 'Deployment');
  const { name, namespace } = { ...live?.metadata };
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { ...(live?.['spec'] as object), ...spec },
  };
  await mkdir(join(dir, 'bin'), { recursive: true });
  await writeFile(join(dir, 'built.yaml'), stringify(manifest));
  await writeFile(join(dir, 'bin/kubectl'), `#!/bin/sh\ncat ${dir}/built.yaml\n`);
  await chmod(join(dir, 'bin/kubectl'), 0o755);
}

async function diagnosed() {
  const { code, stdout, stderr } = await run(['runbook', 'pdb-blocking', '--profile', 'ours', '-o', 'json'], {
    env: {
      KUBECONFIG: practice.kubeconfig,
      XDG_CONFIG_HOME: join(dir, 'config'),
      PATH: `${dir}/bin:${process.env['PATH']}`,
    },
  });
  // The practice cluster stands in the time of its story.
  expect(stderr).toMatch(/^The clock of this machine is [^\n]+ ahead of the API server's\. [^\n]+\n$/);
  expect(stdout).not.toContain('planted');
  return { code, report: runbookReportSchema.parse(JSON.parse(stdout)) };
}

const writes = () =>
  practice.requests().filter(({ verb, dryRun }) => ['create', 'patch', 'update', 'delete'].includes(verb) && !dryRun);

test('manifests that are taken: healthy, and said so', async () => {
  await build({});
  const { code, report } = await diagnosed();
  expect(code, JSON.stringify(report.findings)).toBe(0);
  expect(report.ruledOut).toContainEqual({
    code: 'apply-rejected',
    because: 'the API server takes the manifests as they are here',
  });
});

test('a strategy by which no pod may ever be replaced is named by its field, and nothing is changed by asking', async () => {
  await build({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } });
  const { code, report } = await diagnosed();
  expect(code).toBe(3);
  expect(report.rootCauses).toEqual(['apply-rejected']);
  expect(report.findings[0]?.because).toContain('spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0');
  expect(report.findings[0]?.remedies.map(({ id, automatic }) => [id, automatic])).toEqual([['let-one-move', 'no']]);
  expect(report.apiRequests).toBeLessThanOrEqual(25);
  expect(writes()).toEqual([]);
});

test('another selector than the Deployment has', async () => {
  await build({ selector: { matchLabels: { app: 'auth-service', 'app.kubernetes.io/part-of': 'orion' } } });
  const { report } = await diagnosed();
  expect(report.rootCauses).toEqual(['apply-rejected']);
  expect(report.findings[0]?.remedies.map(({ id }) => id).toSorted()).toEqual([
    'give-the-selector-back',
    'label-the-pods',
  ]);
});

test('manifests that cannot be built are none: the cluster is judged by itself', async () => {
  await build({});
  await rm(join(dir, 'k8s/overlays/staging/secrets.env'));
  const { code, report } = await diagnosed();
  expect(code).toBe(0);
  expect(report.coverage.notLooked).toEqual([]);
});
