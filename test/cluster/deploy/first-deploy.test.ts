import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentBed, until } from '../bed/bed.ts';
import { emptyCluster, type Installation, namespaceOf } from '../setup/installation.ts';
import { historyOf } from '../setup/killed.ts';
import { freezeBudgets, freezeSays } from './change-freeze.ts';
import { command, consentTo, deployReportOf, edit, errorOf, memoryIn } from './pipeline.ts';
import { writtenTree } from './written-tree.ts';

/** The first deploy of all, in a pipeline: no namespace, nothing applied before, no profile, no terminal. */
const bed = currentBed();
const consent = consentTo('staging');
const inStaging = ['-n', namespaceOf.staging];
const notOfSolver = '!acme.cert-manager.io/http01-solver';
const objectsOf = (writes: Awaited<ReturnType<typeof bed.writesSince>>): readonly string[] =>
  writes.map(({ resource, name }) => `${resource}/${name}`);

describe('an empty cluster', () => {
  let pipeline: Installation;
  beforeAll(async () => {
    await emptyCluster();
    pipeline = await writtenTree();
  });

  test('diff: all of it is new, 3, and nothing is made', async () => {
    const mark = bed.auditMark();
    const ran = await command(pipeline, 'diff staging -o json');
    expect(ran.code, ran.stdout + ran.stderr).toBe(3);
    const { changes, unchanged, blocked } = deployReportOf(ran);
    expect(new Set(changes.map(({ action }) => action))).toEqual(new Set(['create']));
    expect({ unchanged, blocked }).toEqual({ unchanged: 0, blocked: [] });
    expect(await bed.writesSince(mark)).toEqual([]);
  });

  test('production comes after staging: 6; staging without a word for it: 6', async () => {
    const mark = bed.auditMark();
    const early = await command(pipeline, 'deploy production -o json', consentTo('production'));
    expect(early.code, early.stdout).toBe(6);
    expect(errorOf(early).message).toContain('staging was not verified yet');
    const silent = await command(pipeline, 'deploy staging -o json');
    expect(silent.code, silent.stdout).toBe(6);
    expect(errorOf(silent).next.join('\n')).toContain('--yes --confirm orion-staging --confirm bed');
    expect(await bed.writesSince(mark)).toEqual([]);
  });

  test('deploy: in its order, waited for, verified, remembered and in the history, 0', async () => {
    const mark = bed.auditMark();
    const ran = await command(pipeline, 'deploy staging', consent);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(ran.stderr).toMatch(/^New: Namespace\/orion-staging$/m);
    const applied = [...ran.stderr.matchAll(/^Applied (\w+)/gm)].map(([, kind]) => kind);
    expect([...new Set(applied.slice(0, -1))]).toEqual([
      ...['Namespace', 'ClusterIssuer', 'Secret', 'ConfigMap', 'NetworkPolicy', 'Service', 'Certificate'],
      ...['PodDisruptionBudget', 'Deployment', 'HorizontalPodAutoscaler', 'Ingress'],
      ...['ServiceMonitor', 'PodMonitor', 'PrometheusRule'],
    ]);
    expect(ran.stderr).toMatch(/^Waiting\. Certificate\/auth-tls-cert: /m);
    expect(ran.stdout).toMatch(/^Good: Pods use the Secret that was applied: 2 of 2 pods/m);
    expect(ran.stdout).not.toMatch(/^(Problem|Not looked at): /m);
    expect(ran.stdout).toContain('staging is as it should be');
    expect(ran.stdout).toContain('Gate: staging passed');
    // Sent once each, in the order told; what it remembers follows.
    const sent = await bed.writesSince(mark);
    expect(sent.filter(({ code }) => code >= 300)).toEqual([]);
    const once = objectsOf(sent).filter((object) => object !== 'configmaps/orion-setup');
    expect(new Set(once).size).toBe(once.length);
    expect(once[0]).toBe('namespaces/orion-staging');
    const [first, ...others] = await historyOf(pipeline);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ title: 'Deploy staging', state: 'verified' });
    expect(first?.changes).toHaveLength(sent.length);
    expect((await memoryIn('staging')).sets).toHaveLength(1);
  });

  test('again: nothing is sent, 0; and diff finds nothing, 0', async () => {
    const mark = bed.auditMark();
    const ran = await command(pipeline, 'deploy staging -o json', consent);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran)).toMatchObject({ applied: [], undoId: null });
    expect(await bed.writesSince(mark)).toEqual([]);
    expect((await command(pipeline, 'diff staging')).code).toBe(0);
  });
});

describe('refused in the midst of it', () => {
  let pipeline: Installation;
  beforeAll(async () => {
    await emptyCluster();
    pipeline = await writtenTree();
  });

  test('by the platform: stopped there, what stands is said, 3; once it is let in it goes on from there, 0', async () => {
    const thaw = await freezeBudgets({ dryRunsPass: false });
    const mark = bed.auditMark();
    const stopped = await command(pipeline, 'deploy staging -o json', consent);
    expect(stopped.code, stopped.stdout + stopped.stderr).toBe(3);
    const report = deployReportOf(stopped);
    expect(report.because).toContain(`PodDisruptionBudget/orion-staging/auth-service-pdb: `);
    expect(report.because).toContain(freezeSays);
    expect(report.because).toMatch(/Done: Namespace\/orion-staging, .*\. Not done: .*Deployment\/orion-staging/);
    expect(report.applied[0]).toBe('Namespace/orion-staging');
    expect(report.notApplied).toEqual(
      expect.arrayContaining(['Deployment/orion-staging/auth-service', 'Ingress/orion-staging/auth-ingress']),
    );
    expect(report.next.join('\n')).toContain('orion-setup deploy staging');
    // The refused one is the last that was sent.
    expect((await bed.writesSince(mark)).at(-1)).toMatchObject({ resource: 'poddisruptionbudgets' });
    // cert-manager may have made an Ingress already, for the challenge of the Certificate that stands.
    const made = await bed.kubectl([...inStaging, 'get', 'deployments,ingresses', '-l', notOfSolver, '-o', 'name']);
    expect(made).toBe('');
    expect((await historyOf(pipeline))[0]).toMatchObject({ title: 'Deploy staging', state: 'closed' });
    const seen = await command(pipeline, 'diff staging -o json');
    expect(seen.code).toBe(3);
    await thaw();

    const next = await command(pipeline, 'deploy staging -o json', consent);
    expect(next.code, next.stdout + next.stderr).toBe(0);
    expect(deployReportOf(next).applied).toEqual(report.notApplied);
  });

  test('by a quota, which a dry run tells: nothing is begun, 3', async () => {
    await emptyCluster();
    await bed.kubectl(['create', 'namespace', namespaceOf.staging]);
    await bed.kubectl('-n orion-staging create quota few --hard=count/services=0');
    // Until its controller has counted, nothing is held against it.
    await until('the quota to be counted', async () => {
      const { status } = await bed.api.get('/api/v1/namespaces/orion-staging/resourcequotas/few');
      return status?.hard?.['count/services'];
    });
    const mark = bed.auditMark();
    const ran = await command(pipeline, 'deploy staging -o json', consent);
    expect(ran.code, ran.stdout + ran.stderr).toBe(3);
    expect(deployReportOf(ran).because).toMatch(
      /Nothing was changed: .*Service\/orion-staging\/auth-service.*exceeded quota/,
    );
    expect(deployReportOf(ran).applied).toEqual([]);
    expect(await bed.writesSince(mark)).toEqual([]);
    await bed.kubectl('-n orion-staging delete quota few');
  });

  test('its pods by Pod Security: told with its cause while it is waited, 3; mended in the tree it goes on, 0', async () => {
    const file = 'base/auth-deployment.yaml';
    edit(pipeline, file, (text) => text.replace('allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true'));
    const ran = await command(pipeline, 'deploy staging -o json', consent);
    expect(ran.code, ran.stdout + ran.stderr).toBe(3);
    const report = deployReportOf(ran);
    expect(report.rootCauses).toEqual(['rollout-quota-or-admission']);
    expect(report.because).toMatch(/violates PodSecurity|allowPrivilegeEscalation/);
    expect(report.notApplied).toEqual([]);
    expect((await historyOf(pipeline))[0]).toMatchObject({ title: 'Deploy staging', state: 'unproven' });
    expect((await memoryIn('staging')).gate).toBeNull();

    edit(pipeline, file, (text) => text.replace('allowPrivilegeEscalation: true', 'allowPrivilegeEscalation: false'));
    const next = await command(pipeline, 'deploy staging -o json', consent);
    expect(next.code, next.stdout + next.stderr).toBe(0);
    expect(deployReportOf(next).applied).toEqual(['Deployment/orion-staging/auth-service']);
  });
});
afterAll(emptyCluster);
