import { afterEach, expect, test } from 'vitest';
import { currentBed, until } from '../bed/bed.ts';
import { newHome, orion } from '../orion.ts';
import { podSpec } from '../sample-objects.ts';
import {
  budget,
  budgetOver,
  comesTo,
  deploymentOf,
  diagnosed,
  mendedAndUndone,
  namesExactly,
  newSite,
  patched,
  podsOf,
  rolledOut,
  type Site,
} from './site.ts';

/** Causes that keep a pod from being evicted, injected for real. */
const bed = currentBed();

const cordoned: string[] = [];

/** As `kubectl cordon` does, so long ago that a drain would be through. */
async function cordon(node: string): Promise<void> {
  await bed.kubectl(['cordon', node]);
  cordoned.push(node);
  await until('the taint of the cordon', async () => {
    const { spec } = await bed.api.get(`/api/v1/nodes/${node}`);
    const taint = spec.taints?.find(({ key }: { key: string }) => key === 'node.kubernetes.io/unschedulable');
    if (!taint) return undefined;
    const timeAdded = new Date(Date.now() - 600_000).toISOString().replace(/\.\d+Z/, 'Z');
    await bed.api.mergePatch(`/api/v1/nodes/${node}`, {
      spec: { taints: [...spec.taints.filter((item: object) => item !== taint), { ...taint, timeAdded }] },
    });
    return true;
  });
}

afterEach(async () => {
  for (const node of cordoned.splice(0)) await bed.kubectl(['uncordon', node]);
});

const evict = ({ namespace }: Site, name: string, deleteOptions: object = {}) =>
  bed.api.request('POST', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace },
    deleteOptions,
  });

const autoscaler = ({ namespace }: Site, minReplicas: number, maxReplicas: number) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'auth-service-hpa', namespace },
  spec: {
    minReplicas,
    maxReplicas,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'auth-service' },
  },
});

test('all is well: one may go, and nothing but a dry run was sent', async () => {
  const site = await newSite('sound');
  const mark = bed.auditMark();
  const { report, code } = await comesTo(site, 'healthy');
  expect(code).toBe(0);
  expect(report).toMatchObject({ findings: [], unrecognised: null });
  expect(report.impact).toBe('users are served by 3 of 3 pods; 2 of them may be evicted now');
  const sent = (await bed.auditLog(mark)).filter(({ user }) => user === 'admin');
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.filter(({ dryRun }) => !dryRun)).toEqual([]);
});

test('pdb-no-headroom: named, mended by --fix, taken back by undo', async () => {
  const site = await newSite('headroom', { replicas: 1 });
  const { report } = await namesExactly(site, ['pdb-no-headroom']);
  expect(report.findings[0]?.evidence.map(({ saw }) => saw)).toContain(
    '429: The disruption budget auth-service-pdb needs 1 healthy pods and has 1 currently',
  );
  await mendedAndUndone(site, newHome(), 'run-more-replicas');
  await namesExactly(site, ['pdb-no-headroom']);
  // The budget's name, which is what a refused eviction tells, leads there as well.
  const args = ['runbook', 'pdb-blocking', 'pdb/auth-service-pdb', '-n', site.namespace, '-o', 'json'];
  expect(JSON.parse((await orion(args)).stdout).rootCauses).toEqual(['pdb-no-headroom']);
});

test('hpa-min-below-pdb: named, mended by --fix, taken back by undo', async () => {
  // An autoscaler measures a share of what is requested.
  const containers = podSpec().containers.map((item) => ({ ...item, resources: { requests: { cpu: '100m' } } }));
  const site = await newSite('hpamin', { replicas: 2, pod: { containers }, budget: { minAvailable: 2 } });
  await bed.kubectl('apply -f -', autoscaler(site, 2, 5));
  await namesExactly(site, ['hpa-min-below-pdb']);
  await mendedAndUndone(site, newHome(), 'raise-autoscaler-minimum');
});

test('pdb-selector-mismatch: named, mended by --fix, taken back by undo; evictions pass meanwhile', async () => {
  const site = await newSite('selector', {
    budget: { minAvailable: 1, selector: { matchLabels: { app: 'auth-servce' } } },
  });
  await namesExactly(site, ['pdb-selector-mismatch']);
  await mendedAndUndone(site, newHome(), 'select-the-pods');
  expect((await budget(site)).spec.selector).toEqual({ matchLabels: { app: 'auth-servce' } });
});

test('pdb-unhealthy-pods: a pod that crashes uses the budget up', async () => {
  const site = await newSite('sick', { budget: { minAvailable: 2 } });
  const [pod] = await podsOf(site);
  await patched(site, `pod/${pod.metadata.name}`, { metadata: { annotations: { 'bed/behaves': 'crash-loop' } } });
  const { report } = await namesExactly(site, ['pdb-unhealthy-pods']);
  expect(report.findings[0]?.because).toContain('CrashLoopBackOff');
  await patched(site, `pod/${pod.metadata.name}`, { metadata: { annotations: { 'bed/behaves': null } } });
  await until('the pod to be well', async () => ((await budget(site)).status.currentHealthy === 3 ? true : undefined));
  await comesTo(site, 'healthy');
});

test.each([
  ['pdb-zero-disruptions-by-spec', { maxUnavailable: 0 }],
  ['pdb-zero-disruptions-by-spec', { maxUnavailable: '0%' }],
  ['pdb-zero-disruptions-by-spec', { minAvailable: '100%' }],
  ['pdb-percent-rounding', { minAvailable: '67%' }],
])('%s: %o, and well with maxUnavailable 1', async (code, spec) => {
  const site = await newSite('rule', { budget: spec });
  const { report } = await namesExactly(site, [code]);
  const [remedy] = report.findings[0]?.remedies ?? [];
  expect(remedy?.title).toContain('of 3 pods 1 may go');
  // The command that is shown is one that works.
  await patched(site, 'pdb/auth-service-pdb', { spec: { minAvailable: null, maxUnavailable: 1 } });
  await until('the rule to be counted', async () =>
    (await budget(site)).status.disruptionsAllowed === 1 ? true : undefined,
  );
  await comesTo(site, 'healthy');
});

test('pdb-multiple: a second budget for everything', async () => {
  const site = await newSite('multiple');
  await bed.kubectl('apply -f -', budgetOver(site.namespace, 'platform', { maxUnavailable: 1, selector: {} }));
  const { report } = await namesExactly(site, ['pdb-multiple']);
  expect(report.findings[0]?.evidence.map(({ saw }) => saw).join('\n')).toMatch(/^500: This pod has more than one/m);
  await bed.kubectl(['-n', site.namespace, 'delete', 'pdb', 'platform']);
  await comesTo(site, 'healthy');
});

test('pdb-selector-too-broad: another workload counts as well', async () => {
  const part = { 'app.kubernetes.io/part-of': 'orion' };
  const site = await newSite('broad', {
    labels: { app: 'auth-service', ...part },
    budget: { minAvailable: 4, selector: { matchLabels: part } },
  });
  const labels = { app: 'login-page', ...part };
  await bed.kubectl('apply -f -', deploymentOf(site.namespace, 'login-page', { replicas: 2, labels }));
  await rolledOut(site, 'login-page');
  await namesExactly(site, ['pdb-selector-too-broad']);
  await patched(site, 'pdb/auth-service-pdb', {
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'auth-service' } } },
  });
  await comesTo(site, 'healthy');
});

test('pdb-sync-failed: a share over pods of a Job', async () => {
  const site = await newSite('sync', { budget: null });
  const labels = { app: 'auth-service' };
  const { spec } = deploymentOf(site.namespace, 'x').spec.template;
  await bed.kubectl('apply -f -', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate', namespace: site.namespace },
    spec: { template: { metadata: { labels }, spec: { ...spec, restartPolicy: 'Never' } } },
  });
  await until('the pod of the job', async () => ((await podsOf(site)).length === 4 ? true : undefined));
  await bed.kubectl('apply -f -', budgetOver(site.namespace, 'auth-service-pdb', { minAvailable: '50%' }));
  const { report } = await namesExactly(site, ['pdb-sync-failed']);
  expect(report.findings[0]?.because).toContain('jobs.batch does not implement the scale subresource');
  await patched(site, 'pdb/auth-service-pdb', { spec: { minAvailable: 2 } });
  await comesTo(site, 'healthy');
});

test('evictions-in-flight: a budget that was taken and a pod that stayed', async () => {
  const site = await newSite('flight', { replicas: 2 });
  const [pod] = await podsOf(site);
  // The budget is spent first; then the deletion fails for a version that is not the pod's.
  const answer = await evict(site, pod.metadata.name, { preconditions: { resourceVersion: '1' } });
  expect(answer.status).toBe(409);
  const { report, code } = await comesTo(site, 'waiting');
  expect(code).toBe(4);
  expect(report.findings.map((finding) => finding.code)).toEqual(['evictions-in-flight']);
  expect(report.waiting?.nextTryAt).not.toBeNull();
});

test('replacement-unschedulable: the first eviction passes, its replacement finds no node', async () => {
  const term = { labelSelector: { matchLabels: { app: 'auth-service' } }, topologyKey: 'kubernetes.io/hostname' };
  const site = await newSite('unplaced', {
    pod: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } },
    budget: { minAvailable: 2 },
  });
  const [pod] = await podsOf(site);
  await cordon(pod.spec.nodeName);
  expect((await evict(site, pod.metadata.name)).status).toBe(201);
  const { report } = await namesExactly(site, ['replacement-unschedulable']);
  expect(report.findings[0]?.remedies[0]?.commands).toContain(`kubectl uncordon ${pod.spec.nodeName}`);
  await bed.kubectl(['uncordon', pod.spec.nodeName]);
  await rolledOut(site);
  await comesTo(site, 'healthy');
});

test('drain-blocked-not-pdb: kubectl refuses the emptyDir, in the words that are named', async () => {
  // A label of its own: the selector of a drain looks into all namespaces.
  const labels = { app: 'auth-service', drained: 'refused' };
  const site = await newSite('refused', { labels, pod: { volumes: [{ name: 'tmp', emptyDir: {} }] } });
  const [pod] = await podsOf(site);
  await cordon(pod.spec.nodeName);
  const { report } = await namesExactly(site, ['drain-blocked-not-pdb']);
  expect(report.findings[0]?.confidence).toBe('likely');
  const drain = ['drain', pod.spec.nodeName, '--pod-selector', 'drained=refused', '--dry-run=server'];
  await expect(bed.kubectl(drain)).rejects.toThrow(/cannot delete Pods with local storage/);
  await expect(bed.kubectl([...drain, '--delete-emptydir-data'])).resolves.toContain('drained');
});

test('autoscaler-not-pdb: the node is wanted, the pod keeps it', async () => {
  const annotations = { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' };
  const site = await newSite('scaler', { annotations });
  const [pod] = await podsOf(site);
  const said = await comesTo(site, 'healthy');
  expect(said.report.findings.map(({ code }) => code)).toEqual(['autoscaler-not-pdb']);
  const taint = 'DeletionCandidateOfClusterAutoscaler';
  await bed.kubectl(['taint', 'node', pod.spec.nodeName, `${taint}=1:PreferNoSchedule`]);
  await namesExactly(site, ['autoscaler-not-pdb']);
  await bed.kubectl(['taint', 'node', pod.spec.nodeName, `${taint}-`]);
  await comesTo(site, 'healthy');
});

test('eviction-forbidden: a policy refuses every eviction', async () => {
  const site = await newSite('frozen');
  const name = `no-evict-${site.namespace}`;
  await bed.kubectl('apply -f -', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods/eviction'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': site.namespace } },
      },
      validations: [{ expression: 'false', message: 'evictions are frozen' }],
    },
  });
  await bed.kubectl('apply -f -', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  });
  try {
    const { report } = await namesExactly(site, ['eviction-forbidden']);
    expect(report.findings[0]?.because).toContain('evictions are frozen');
  } finally {
    await bed.kubectl(['delete', 'validatingadmissionpolicybinding,validatingadmissionpolicy', name]);
  }
  await until('evictions to be taken again', async () =>
    (await diagnosed(site)).report.outcome === 'healthy' ? true : undefined,
  );
});

test('eviction-forbidden: whoever may only look is told so, and nothing is blamed on it', async () => {
  const site = await newSite('viewer');
  const list = (apiGroups: readonly string[], resources: readonly string[], namespace?: string) => ({
    apiGroups,
    resources,
    verbs: ['list'],
    ...(namespace === undefined ? {} : { namespace }),
  });
  const kubeconfig = await bed.userWith([
    list([''], ['pods', 'services', 'events', 'resourcequotas'], site.namespace),
    list(['apps'], ['deployments', 'replicasets'], site.namespace),
    list(['policy'], ['poddisruptionbudgets'], site.namespace),
    list(['autoscaling'], ['horizontalpodautoscalers'], site.namespace),
    list([''], ['nodes']),
  ]);
  const { report, code } = await comesTo(site, 'incomplete', { kubeconfig });
  expect(code).toBe(5);
  expect(report.findings).toMatchObject([{ code: 'eviction-forbidden', root: false }]);
  expect(report.coverage.notLooked).toMatchObject([{ needs: `create pods/eviction in ${site.namespace}` }]);
});

test('pdb-status-stale: the controller hangs; first it is waited for, then it is named', async () => {
  const site = await newSite('stale');
  await bed.signal('kube-controller-manager', 'SIGSTOP');
  try {
    await patched(site, 'pdb/auth-service-pdb', { spec: { minAvailable: 2 } });
    const young = await diagnosed(site);
    expect(young.report).toMatchObject({ outcome: 'waiting', rootCauses: [] });
    await namesExactly(site, ['pdb-status-stale'], 40);
  } finally {
    await bed.signal('kube-controller-manager', 'SIGCONT');
  }
  await until('the budget to be counted again', async () => {
    const { metadata, status } = await budget(site);
    return status.observedGeneration === metadata.generation ? true : undefined;
  });
  await comesTo(site, 'healthy');
});
