import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import {
  command,
  consentTo,
  deployReportOf,
  edit,
  memoryIn,
  pipelineOf,
  takeStagingImage,
} from '../deploy/pipeline.ts';
import { writtenTree } from '../deploy/written-tree.ts';
import { emptyCluster, type Installation, namespaceOf, run } from '../setup/installation.ts';
import { isInDoubt } from './in-doubt.ts';
import { type AtomicRule, type Holder, holderOf, told } from './printed-roles.ts';
import { isNamed, unnamed } from './unnamed.ts';

/** diff, deploy, rollback and undo by somebody who has the printed Roles and nothing else: they are enough, and none of them is too much. */
const bed = currentBed();
const namespace = namespaceOf.staging;
const consent = consentTo('staging');

let pipeline: Installation;
let holders: Readonly<Record<'diff' | 'deploy' | 'rollback' | 'undo', Holder>>;
beforeAll(async () => {
  await emptyCluster();
  pipeline = await writtenTree();
  // Roles need their namespace: it is there as it is to be, so that nothing of it is changed.
  const { items } = JSON.parse((await command(pipeline, 'render staging -o json')).stdout);
  await bed.kubectl(
    'apply -f -',
    items.find(({ kind }: { kind: string }) => kind === 'Namespace'),
  );
  const [diff, deploy, rollback, undo] = await Promise.all(
    ['diff', 'deploy', 'rollback', 'undo'].map((words) => holderOf(words, 'staging')),
  );
  holders = { diff, deploy, rollback, undo } as typeof holders;
}, 120_000);
afterAll(emptyCluster);

const by = ({ kubeconfig }: Holder, words: string, more: readonly string[] = []) => {
  const looks = words.startsWith('undo') ? [] : ['--resolver', bed.resolver];
  return run(pipeline, [...words.split(' '), '--no-input', ...looks, ...more], { kubeconfig });
};

const unnamedBy = (
  holder: Holder,
  words: string,
  without: (rule: AtomicRule) => boolean,
  hidesOthers: readonly string[],
) =>
  unnamed(holder.rules, { without, hidesOthers }, (as) => {
    // Undo goes by the journal of the machine; two deploys at once would wait for one another there.
    const place = words === 'undo' ? pipeline : pipelineOf(pipeline, as);
    return command(place, words, [...consent, '--as', as]);
  });

const isFix = ({ role }: AtomicRule): boolean => role.metadata.name.endsWith('-fix');
/** Only where everything is denied by default. */
const isNotInThisTree = ({ name }: AtomicRule): boolean => name === 'allow-acme-http01-solver';
/** Roles are made by the tests themselves. */
const writesOfTool = async (mark: number) =>
  (await bed.writesSince(mark)).filter(({ resource }) => !/^(cluster)?role/.test(resource));

describe('where nothing was applied yet', () => {
  // Roles need the namespace, so it is there.
  const isTried = (rule: AtomicRule) => !isNotInThisTree(rule) && !told(rule).startsWith('create namespaces');
  const hidesOthers = ['get configmaps orion-setup', 'get namespaces kube-system'];

  test('diff: every object can be tried', async () => {
    const ran = await by(holders.diff, 'diff staging -o json');
    expect(ran.code, ran.stdout + ran.stderr).toBe(3);
    expect(deployReportOf(ran).blocked).toEqual([]);
  });

  test('diff without any one of its rules could not try something, and names it', async () => {
    const wrong = await unnamed(holders.diff.rules, { without: isTried, hidesOthers }, (as) =>
      command(pipeline, 'diff staging -o json', ['--as', as]),
    );
    expect(wrong).toEqual([]);
  });

  test('deploy without any one of the rules that change things changes nothing, and names it', async () => {
    const mark = bed.auditMark();
    const without = (rule: AtomicRule) => isFix(rule) && isTried(rule);
    expect(await unnamedBy(holders.deploy, 'deploy staging -o json', without, hidesOthers)).toEqual([]);
    expect(await writesOfTool(mark)).toEqual([]);
  });

  test('deploy with its Roles: applied, waited for, verified and remembered', async () => {
    const ran = await by(holders.deploy, 'deploy staging -o json', consent);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran)).toMatchObject({ outcome: 'healthy', gate: { state: 'passed' } });
    expect((await memoryIn('staging')).sets).toHaveLength(1);
  });
});

describe('taking the first deploy back', () => {
  // Of what the tree has; that a remedy is taken back is shown in fixing.test.ts.
  const notOfDeploy =
    /^patch |orders|challenges|allow-prometheus-scrape|auth-tls-cert-canary|auth-tls-secret|delete configmaps orion-setup/;
  const without = (rule: AtomicRule) => !isNotInThisTree(rule) && !notOfDeploy.test(told(rule));

  test('without any one of the rights of undo nothing is taken back, and it is named', async () => {
    const mark = bed.auditMark();
    expect(await unnamedBy(holders.undo, 'undo', without, ['get namespaces kube-system'])).toEqual([]);
    expect(await writesOfTool(mark)).toEqual([]);
  });

  test('with them it is; what it remembers stays, and is said to', async () => {
    const ran = await by(holders.undo, 'undo', consent);
    expect(ran.code, ran.stdout + ran.stderr).toBe(6);
    expect(ran.stderr.match(/Cannot be taken back: .*/g)).toEqual([
      expect.stringContaining('ConfigMap/orion-staging/orion-setup was applied over what stood there'),
    ]);
    const kinds = 'deployments,services,ingresses,certificates,networkpolicies,poddisruptionbudgets,servicemonitors';
    expect(await bed.kubectl(['-n', namespace, 'get', kinds, '-o', 'name'])).toBe('');
  });

  test('and it is deployed again', async () => {
    const ran = await by(holders.deploy, 'deploy staging -o json', consent);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  });
});

describe('what stands', () => {
  const isLook = (rule: AtomicRule) => !isFix(rule);

  test('deploy without any one of the rules for looking has not looked at all of it, and names it', async () => {
    // The metrics' runbook, which goes by the ingress controller's pods, does not judge here.
    // And any Secret of the namespace may be read by who is to apply one.
    const others = /list (pods|deployments\.apps) in ingress-nginx|get secrets auth-tls-secret/;
    const without = (rule: AtomicRule) => isLook(rule) && !isInDoubt(rule) && !others.test(told(rule));
    const ofPlan = ['get certificates', 'get deployments', 'get namespaces orion'];
    const hidesOthers = ['list certificates', 'list ingresses', 'list deployments', 'list pods in orion', ...ofPlan];
    expect(await unnamedBy(holders.deploy, 'deploy staging -o json', without, hidesOthers)).toEqual([]);
  });

  test('with all of them it has', async () => {
    const ran = await by(holders.deploy, 'deploy staging -o json', consent);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran).coverage).toMatchObject({ notLooked: [] });
  });

  test('rollback looks at the same', () => {
    const looksOf = ({ rules }: Holder) => rules.filter(isLook).map(told);
    expect(looksOf(holders.rollback)).toEqual(looksOf(holders.deploy));
  });

  test('another image, and back: with the Roles of deploy, then with those of rollback', async () => {
    takeStagingImage(pipeline, '1.5.0');
    const next = await by(holders.deploy, 'deploy staging -o json', consent);
    expect(next.code, next.stdout + next.stderr).toBe(0);
    const back = await by(holders.rollback, 'rollback staging --to-set 1 -o json', consent);
    expect(back.code, back.stdout + back.stderr).toBe(0);
    expect(deployReportOf(back)).toMatchObject({ outcome: 'healthy', to: { set: 1 } });
  });
});

describe('where all of it was deleted, but for what it remembers and its Secret', () => {
  const everything =
    'certificates,deployments,hpa,ingresses,networkpolicies,pdb,services,servicemonitors,prometheusrules';
  beforeAll(async () => {
    await bed.kubectl(['-n', namespace, 'delete', everything, '--all']);
    await bed.kubectl(['-n', namespace, 'delete', 'configmap', '-l', 'grafana_dashboard']);
    await bed.kubectl('-n cert-manager delete podmonitor --all');
    await bed.kubectl('delete clusterissuer letsencrypt-staging letsencrypt-prod');
  });

  test('rollback without any one of its rules changes nothing, and names it', async () => {
    const mark = bed.auditMark();
    const without = (rule: AtomicRule) => isFix(rule) && !isNotInThisTree(rule);
    const hidesOthers = ['get configmaps orion-setup', 'get namespaces kube-system', 'get secrets'];
    expect(await unnamedBy(holders.rollback, 'rollback staging --to-set 1 -o json', without, hidesOthers)).toEqual([]);
    expect(await writesOfTool(mark)).toEqual([]);
  });

  test('with them it brings all of it back', async () => {
    const ran = await by(holders.rollback, 'rollback staging --to-set 1 -o json', consent);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran)).toMatchObject({ outcome: 'healthy', notApplied: [] });
  });
});

describe('--prune', () => {
  let pruner: Holder;
  const banner = ['-n', namespace, 'get', 'servicemonitor', 'auth-service-monitor', '--ignore-not-found', '-o', 'name'];
  beforeAll(async () => {
    pruner = await holderOf('deploy', 'staging', '--prune');
    // What monitors the service is taken out of the manifests.
    edit(pipeline, 'base/kustomization.yaml', (text) => text.replace(/^ {2}- auth-servicemonitor\.yaml\n/m, ''));
  });

  test('with the Roles of deploy alone it is refused before anything is changed, and the right is named', async () => {
    const mark = bed.auditMark();
    const ran = await by(holders.deploy, 'deploy staging --prune -o json', consent);
    expect(ran.code, ran.stdout + ran.stderr).toBe(3);
    const wanted = pruner.rules.find((rule) => told(rule).startsWith('delete servicemonitors'));
    expect(wanted && isNamed(wanted, ran.stdout), ran.stdout).toBe(true);
    expect(await writesOfTool(mark)).toEqual([]);
    expect(await bed.kubectl(banner)).not.toBe('');
  });

  test('with those of deploy --prune it is deleted; they hold those deletes more, and nothing else', async () => {
    const ran = await by(pruner, 'deploy staging --prune -o json', consent);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(deployReportOf(ran).applied).toContain('ServiceMonitor/orion-staging/auth-service-monitor');
    expect(await bed.kubectl(banner)).toBe('');
    const usual = holders.deploy.rules.map(told);
    const more = pruner.rules.filter((rule) => !usual.includes(told(rule)));
    expect([...new Set(more.map(({ verb }) => verb))]).toEqual(['delete']);
  });
});
