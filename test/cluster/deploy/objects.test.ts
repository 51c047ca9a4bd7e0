import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { emptyCluster, type Installation, newInstallation, run, setUp } from '../setup/installation.ts';
import { freezeBudgets, freezeSays } from './change-freeze.ts';
import {
  command,
  consentTo,
  deployReportOf,
  edit,
  errorOf,
  imageIn,
  memoryIn,
  pipelineOf,
  takeStagingImage,
} from './pipeline.ts';

/** What others own, hold or refuse, and what is no longer wanted: deploy and rollback in staging. */
const bed = currentBed();
const pathOf = (resource: string) => `/api/v1/namespaces/orion-staging/${resource}`;

let installation: Installation;
let pipeline: Installation;
beforeAll(async () => {
  await emptyCluster();
  installation = await newInstallation();
  const first = await setUp(installation, ['--env', 'staging', '-o', 'json']);
  expect(first.code, first.stdout + first.stderr).toBe(0);
  pipeline = pipelineOf(installation);
});
afterAll(emptyCluster);

const deploy = (...more: readonly string[]) =>
  command(pipeline, 'deploy staging -o json', [...consentTo('staging'), ...more]);

describe('an object that was added', () => {
  const map = pathOf('configmaps/banner');

  test('is applied with the rest of an edited tree, and remembered', async () => {
    writeFileSync(
      join(installation.tree, 'overlays/staging/banner.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: banner\ndata:\n  text: hello\n',
    );
    edit(installation, 'overlays/staging/kustomization.yaml', (text) =>
      text.replace(/^resources:\n/m, 'resources:\n  - banner.yaml\n'),
    );
    const ran = await deploy();
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran).applied).toEqual(['ConfigMap/orion-staging/banner']);
    expect((await bed.api.get(map)).data).toEqual({ text: 'hello' });
  });

  test('of which a value alone changes is changed, though its values are not shown', async () => {
    edit(installation, 'overlays/staging/banner.yaml', (text) => text.replace('hello', 'good morning'));
    const seen = await command(pipeline, 'diff staging');
    expect(seen.code, seen.stdout).toBe(3);
    expect(seen.stdout).toContain('Changed: ConfigMap/orion-staging/banner');
    expect(seen.stdout).not.toContain('good morning');
    expect((await deploy()).code).toBe(0);
    expect((await bed.api.get(map)).data).toEqual({ text: 'good morning' });
    edit(installation, 'overlays/staging/banner.yaml', (text) => text.replace('good morning', 'hello'));
    expect((await deploy()).code).toBe(0);
    expect((await bed.api.get(map)).data).toEqual({ text: 'hello' });
  });

  test('taken out of the manifests it stays, and that is said', async () => {
    edit(installation, 'overlays/staging/kustomization.yaml', (text) => text.replace('  - banner.yaml\n', ''));
    const seen = await command(pipeline, 'diff staging');
    expect(seen.code, seen.stdout).toBe(0);
    expect(seen.stdout).toContain('Of an earlier set, and stays: ConfigMap/orion-staging/banner. With --prune');
    expect((await command(pipeline, 'diff staging --prune')).code).toBe(3);
    const ran = await deploy();
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran).leftovers).toEqual([{ object: 'ConfigMap/orion-staging/banner', kept: null }]);
    await bed.api.get(map);
  });

  test('--prune without the namespace typed: 6; with it, it is deleted', async () => {
    const mark = bed.auditMark();
    const refused = await command(pipeline, 'deploy staging --prune -o json', ['--yes']);
    expect(refused.code).toBe(6);
    expect(await bed.writesSince(mark)).toEqual([]);
    const ran = await deploy('--prune');
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran).applied).toEqual(['ConfigMap/orion-staging/banner']);
    expect(await bed.kubectl('-n orion-staging get configmap banner --ignore-not-found')).toBe('');
    expect((await command(pipeline, 'diff staging --prune')).code).toBe(0);
  });

  test('a rollback brings it back, and one over it again lists it as added since, and prunes it when asked', async () => {
    const { sets } = await memoryIn('staging');
    const withIt = sets.at(-2).number;
    const back = await command(pipeline, `rollback staging --to-set ${withIt} -o json`, consentTo('staging'));
    expect(back.code, back.stdout + back.stderr).toBe(0);
    expect((await bed.api.get(map)).data).toEqual({ text: 'hello' });
    const shown = await command(pipeline, 'rollback staging --to-set 1');
    expect(shown.stderr).toContain('stays: ConfigMap/orion-staging/banner. With --prune');
    const pruned = await command(pipeline, 'rollback staging --to-set 1 --prune -o json', consentTo('staging'));
    expect(pruned.code, pruned.stdout + pruned.stderr).toBe(0);
    expect(await bed.kubectl('-n orion-staging get configmap banner --ignore-not-found')).toBe('');
  });
});

describe('who may only look', () => {
  test('diff says what it could not try, 5, and deploy changes nothing', async () => {
    const mark = bed.auditMark();
    const viewer = { kubeconfig: bed.kubeconfigOf('viewer') };
    const words = ['--no-input', '--resolver', bed.resolver, '-o', 'json'];
    const seen = await run(pipeline, ['diff', 'staging', ...words], viewer);
    expect(seen.code, seen.stdout + seen.stderr).toBe(5);
    const { outcome, blocked } = deployReportOf(seen);
    expect(outcome).toBe('incomplete');
    expect(new Set(blocked.map(({ why }) => why))).toEqual(new Set(['forbidden']));
    expect(JSON.stringify(blocked)).toContain('patch deployments.apps in orion-staging');
    const ran = await run(pipeline, ['deploy', 'staging', ...words, ...consentTo('staging')], viewer);
    expect([3, 6]).toContain(ran.code);
    expect(await bed.writesSince(mark)).toEqual([]);
  });
});

describe('fields and objects of others', () => {
  test('a field set with kubectl is shown, and taken over after a yes', async () => {
    await bed.kubectl(`-n orion-staging patch pdb auth-service-pdb --type merge -p {"spec":{"minAvailable":2}}`);
    const seen = deployReportOf(await command(pipeline, 'diff staging -o json'));
    expect(seen.takeovers).toEqual([
      expect.objectContaining({
        object: 'PodDisruptionBudget/orion-staging/auth-service-pdb',
        manager: 'kubectl-patch',
      }),
    ]);
    const ran = await deploy();
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const { spec } = await bed.api.get(
      '/apis/policy/v1/namespaces/orion-staging/poddisruptionbudgets/auth-service-pdb',
    );
    expect(spec.minAvailable).toBe(1);
  });

  test.each([
    ['Flux', 'label', 'kustomize.toolkit.fluxcd.io/name=apps', 'flux suspend kustomization apps'],
    [
      'Argo CD',
      'annotate',
      'argocd.argoproj.io/tracking-id=apps:/Service:orion-staging/auth-service',
      'argocd app set apps',
    ],
    ['Helm', 'annotate', 'meta.helm.sh/release-name=auth', 'Make the change at its source'],
  ])('of %s: the change for its source, nothing is patched, 6', async (owner, verb, mark, step) => {
    await bed.kubectl(`-n orion-staging ${verb} service auth-service ${mark}`);
    try {
      // As long as nothing would have to be changed, its owner is nobody's business.
      expect((await command(pipeline, 'diff staging')).code).toBe(0);
      edit(installation, 'base/auth-service.yaml', (text) =>
        text.replace(/^ {2}labels:\n/m, '  labels:\n    team: orion\n'),
      );
      const seen = await command(pipeline, 'diff staging -o json');
      expect(seen.code).toBe(3);
      expect(deployReportOf(seen).blocked).toEqual([
        expect.objectContaining({ why: 'owned', diff: expect.stringContaining('+    team: orion') }),
      ]);
      const before = bed.auditMark();
      const ran = await deploy();
      expect(ran.code, ran.stdout).toBe(6);
      expect(errorOf(ran).message).toContain(`it belongs to ${owner}`);
      expect(errorOf(ran).message).toContain('team: orion');
      expect(errorOf(ran).next.join('\n')).toContain(step);
      expect(await bed.writesSince(before)).toEqual([]);
    } finally {
      const [key = ''] = mark.split('=');
      await bed.kubectl(`-n orion-staging ${verb} service auth-service ${key}-`);
      edit(installation, 'base/auth-service.yaml', (text) => text.replace('    team: orion\n', ''));
    }
  });

  test('a rollback over an object that Flux owns by now is refused too: 6', async () => {
    takeStagingImage(installation, '1.6.0');
    expect((await deploy()).code).toBe(0);
    await bed.kubectl('-n orion-staging label deployment auth-service kustomize.toolkit.fluxcd.io/name=apps');
    try {
      const before = bed.auditMark();
      for (const to of ['--to-set 1', '--to-revision 1']) {
        const ran = await command(pipeline, `rollback staging ${to} -o json`, consentTo('staging'));
        expect(ran.code, ran.stdout).toBe(6);
        expect(errorOf(ran).message).toContain('belongs to Flux (apps)');
      }
      expect(await bed.writesSince(before)).toEqual([]);
    } finally {
      await bed.kubectl('-n orion-staging label deployment auth-service kustomize.toolkit.fluxcd.io/name-');
    }
  });
});

describe('refused midway', () => {
  test('what was and what was not applied is said, 3; once it is let in, deploy goes on', async () => {
    const thaw = await freezeBudgets({ dryRunsPass: true });
    takeStagingImage(installation, '1.6.1');
    edit(installation, 'base/auth-service.yaml', (text) =>
      text.replace(/^ {2}labels:\n/m, '  labels:\n    team: orion\n'),
    );
    edit(installation, 'base/auth-pdb.yaml', (text) => text.replace('minAvailable: 1', 'minAvailable: 50%'));
    appendFileSync(join(installation.tree, 'base/auth-pdb.yaml'), '# half of them\n');
    const ran = await deploy();
    await thaw();
    expect(ran.code, ran.stdout + ran.stderr).toBe(3);
    const report = deployReportOf(ran);
    expect(report).toMatchObject({
      outcome: 'problem',
      applied: ['Service/orion-staging/auth-service'],
      notApplied: ['PodDisruptionBudget/orion-staging/auth-service-pdb', 'Deployment/orion-staging/auth-service'],
    });
    expect(report.because).toContain(freezeSays);
    expect(await imageIn('staging')).toBe('ghcr.io/example/auth-service:1.6.0');
    const next = await deploy();
    expect(next.code, next.stdout + next.stderr).toBe(0);
    expect(deployReportOf(next).applied).toEqual(report.notApplied);
    expect(await bed.kubectl(`diff -k ${join(installation.tree, 'overlays/staging')}`)).toBe('');
  });
});

describe('rotation of a secret', () => {
  test('the pods of the new ReplicaSet refer to the new Secret, the old one stays, and a rollback finds it', async () => {
    const nameIn = async () => {
      const { spec } = await bed.api.get('/apis/apps/v1/namespaces/orion-staging/deployments/auth-service');
      return spec.template.spec.containers[0].env.find(
        (one: { valueFrom?: { secretKeyRef?: object } }) => one.valueFrom?.secretKeyRef,
      ).valueFrom.secretKeyRef.name as string;
    };
    const before = await nameIn();
    const secrets = installation.secrets.staging;
    writeFileSync(
      join(installation.folder, 'staging.env'),
      Object.entries({ ...secrets, 'jwt-secret': `${secrets['jwt-secret']}Rotated` })
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
    const words = ['--answers', installation.answers, ...consentTo('staging')];
    const ran = await command(pipeline, 'setup secrets staging', words);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const after = await nameIn();
    expect(after).not.toBe(before);
    expect(ran.stdout).toMatch(
      new RegExp(`Good: Pods use the Secret that was applied: 2 of 2 pods, .* refer to ${after}`),
    );
    expect(ran.stdout + ran.stderr).not.toContain('Rotated');
    await bed.api.get(pathOf(`secrets/${before}`));

    // Undo would only take the new Secret away, which the pods need: it says so, and who does it whole.
    const mark = bed.auditMark();
    const undone = await command(pipeline, 'undo', consentTo('staging'));
    expect(undone.code, undone.stdout + undone.stderr).toBe(6);
    expect(undone.stderr).toContain('Deployment/auth-service');
    expect(undone.stderr).toContain('orion-setup rollback staging');
    expect(await bed.writesSince(mark)).toEqual([]);

    const back = await command(pipeline, 'rollback staging -o json', consentTo('staging'));
    expect(back.code, back.stdout + back.stderr).toBe(0);
    expect(await nameIn()).toBe(before);
    expect(deployReportOf(back).checks.find(({ id }) => id === 'secret-in-use')?.detail).toContain(
      `refer to ${before}`,
    );
  });
});
