import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { newHome, orion } from '../orion.ts';
import { becomesHealthy, consent, metricsReport, monitored, monitorOf, namesExactly } from './monitored.ts';

/** What keeps a ServiceMonitor from having targets, put before a real operator and a real Prometheus. */
const bed = currentBed();
const port = 3001;
const group = '/apis/monitoring.coreos.com/v1/namespaces';
const prometheusPath = `${group}/monitoring/prometheuses/k8s`;

const patchMonitor = (namespace: string, patch: object) =>
  bed.api.mergePatch(`${group}/${namespace}/servicemonitors/auth-service-monitor`, patch);
const patchService = (namespace: string, patch: object) =>
  bed.api.mergePatch(`/api/v1/namespaces/${namespace}/services/auth-service`, patch);

type Fault = {
  readonly endpoint?: object;
  readonly spec?: object;
  readonly breaks?: (namespace: string) => Promise<unknown>;
};

const faults: Readonly<Record<string, Fault>> = {
  labels: { breaks: (namespace) => patchMonitor(namespace, { metadata: { labels: { release: null } } }) },
  selector: { spec: { selector: { matchLabels: { app: 'auth' } } } },
  port: { endpoint: { port: 'metrics' } },
  unnamed: { breaks: (namespace) => patchService(namespace, { spec: { ports: [{ port, targetPort: 'http' }] } }) },
  both: { endpoint: { port: 'metrics' }, spec: { selector: { matchLabels: { app: 'auth' } } } },
  pods: { breaks: (namespace) => patchService(namespace, { spec: { selector: { app: 'nobody' } } }) },
  target: {
    breaks: (namespace) =>
      patchService(namespace, { spec: { ports: [{ name: 'http', port, targetPort: 'metrics' }] } }),
  },
  undeclared: { endpoint: { port: null, targetPort: 9090 } },
  timeout: { endpoint: { scrapeTimeout: '5s' } },
  secret: {
    endpoint: { authorization: { credentials: { name: 'absent', key: 'token' } } },
  },
  keep: {
    endpoint: { relabelings: [{ action: 'keep', sourceLabels: ['__meta_kubernetes_pod_label_version'], regex: 'v1' }] },
  },
  address: {
    endpoint: {
      relabelings: [{ sourceLabels: ['__meta_kubernetes_pod_annotation_address'], targetLabel: '__address__' }],
    },
  },
  elsewhere: {
    breaks: (namespace) => patchMonitor(namespace, { spec: { namespaceSelector: { matchNames: ['default'] } } }),
  },
  absent: {
    breaks: (namespace) => bed.kubectl(`-n ${namespace} delete servicemonitor auth-service-monitor`),
  },
};

/** Namespace by fault. All stand at once, so that no test waits for operator and reload alone. */
const places = new Map<string, string>();
const place = (fault: string): string => places.get(fault) ?? '';

async function put(name: string): Promise<string> {
  const { endpoint = {}, spec = {}, breaks } = faults[name] ?? {};
  const namespace = await monitored(`sel-${name}`, { port, endpoint, spec });
  await breaks?.(namespace);
  return namespace;
}

beforeAll(async () => {
  await bed.prometheus.start();
  await Promise.all(Object.keys(faults).map(async (name) => places.set(name, await put(name))));
});

/** Named exactly, mended by --fix, proved healthy, and taken back by undo: then it is named again. */
async function mendedAndTakenBack(fault: string, codes: readonly string[]): Promise<void> {
  const namespace = place(fault);
  const home = newHome();
  const before = (await monitorOf(namespace).catch(() => undefined))?.spec as Json;
  await namesExactly(namespace, codes[0] ?? '');
  const mended = await metricsReport(namespace, ['--fix', ...consent(namespace)], home);
  expect(mended.report.remediation, JSON.stringify(mended.report, null, 2)).toMatchObject({
    applied: true,
    verified: true,
  });
  expect(mended.code).toBe(0);
  const undone = await orion(['undo', ...consent(namespace)], { home });
  expect(undone.code, undone.stderr).toBe(0);
  expect((await monitorOf(namespace).catch(() => undefined))?.spec).toEqual(before);
}

describe('named exactly, mended by --fix, taken back by undo', () => {
  test.each([
    ['labels', 'sm-not-selected-labels'],
    ['selector', 'service-label-mismatch'],
    ['port', 'port-name-mismatch'],
    ['unnamed', 'port-name-mismatch'],
    ['timeout', 'sm-rejected'],
    ['elsewhere', 'sm-namespaceselector-wrong'],
    ['absent', 'servicemonitor-missing'],
  ])('%s: %s', (fault, code) => mendedAndTakenBack(fault, [code]));
});

describe('named exactly; the way out is for people', () => {
  test.each([
    ['pods', 'service-no-endpoints'],
    ['target', 'service-no-endpoints'],
    ['undeclared', 'targetport-undeclared'],
    ['secret', 'sm-rejected'],
    ['keep', 'relabelings-drop-all'],
    ['address', 'relabelings-drop-all'],
  ])('%s: %s', async (fault, code) => {
    const report = await namesExactly(place(fault), code);
    expect(report.findings[0]?.confidence).toBe('confirmed');
    expect(report.findings[0]?.remedies.every(({ automatic }) => automatic === 'no')).toBe(true);
  });
});

test('selector and port together: both are named, and both are mended', async () => {
  const namespace = place('both');
  const found = await until('both roots', async () => {
    const seen = await metricsReport(namespace);
    return seen.report.rootCauses.length > 0 ? seen : undefined;
  });
  expect(found.report.rootCauses).toEqual(['service-label-mismatch', 'port-name-mismatch']);
  const mended = await metricsReport(namespace, ['--fix', ...consent(namespace)]);
  expect(mended.code, JSON.stringify(mended.report, null, 2)).toBe(0);
});

/** Everything below changes what all share, and puts it back, go it well or not. */
const patchPrometheus = (spec: object) => bed.api.mergePatch(prometheusPath, { spec });

test('sm-not-selected-namespace: a namespace that Prometheus leaves out', async () => {
  const namespace = await monitored('sel-ns', { port });
  const leavesOut = {
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [namespace] }],
  };
  const putBack = async () => {
    const all = [{ op: 'replace', path: '/spec/serviceMonitorNamespaceSelector', value: {} }];
    await bed.api.request('PATCH', prometheusPath, all, 'application/json-patch+json');
  };
  onTestFinished(putBack);
  await patchPrometheus({ serviceMonitorNamespaceSelector: leavesOut });
  await namesExactly(namespace, 'sm-not-selected-namespace');
  await putBack();
  await becomesHealthy(namespace);
});

test('prometheus-paused: what is new does not come in', async () => {
  const putBack = () => patchPrometheus({ paused: false });
  onTestFinished(putBack);
  await patchPrometheus({ paused: true });
  await until('the operator to see the pause', async () => {
    const { status } = await bed.api.get(prometheusPath);
    return status?.paused === true ? true : undefined;
  });
  const namespace = await monitored('sel-paused', { port });
  await namesExactly(namespace, 'prometheus-paused');
  await putBack();
  await becomesHealthy(namespace);
});

test('operator-down-or-blind: nobody writes the configuration', async () => {
  const putBack = async () => {
    await bed.kubectl('-n monitoring scale deployment prometheus-operator --replicas 1');
    await bed.signal('prometheus-operator', 'SIGCONT');
  };
  onTestFinished(putBack);
  await bed.signal('prometheus-operator', 'SIGSTOP');
  await bed.kubectl('-n monitoring scale deployment prometheus-operator --replicas 0');
  const namespace = await monitored('sel-operator', { port });
  await namesExactly(namespace, 'operator-down-or-blind');
  await putBack();
  // It may hear of the monitor before it hears of the monitor's namespace, and then takes no note of it until its spec or labels change.
  await bed.kubectl(`-n ${namespace} label servicemonitor auth-service-monitor touched=once`);
  await becomesHealthy(namespace);
});

test("config-reload-failed: another team's job stands before ours", async () => {
  const bad = ['- job_name: other-team', '  scrape_interval: 5s', '  scrape_timeout: 10s', ''].join('\n');
  await bed.kubectl('apply -f -', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'other-team', namespace: 'monitoring' },
    stringData: { 'jobs.yaml': bad },
  });
  const putBack = () => patchPrometheus({ additionalScrapeConfigs: null });
  onTestFinished(putBack);
  await patchPrometheus({ additionalScrapeConfigs: { name: 'other-team', key: 'jobs.yaml' } });
  const namespace = await monitored('sel-reload', { port });
  await namesExactly(namespace, 'config-reload-failed');
  await putBack();
  await becomesHealthy(namespace);
});

test('prometheus-rbac: a new namespace that Prometheus may not see', async () => {
  const binding = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/prometheus-k8s';
  const { subjects } = await bed.api.get(binding);
  const putBack = () => bed.api.mergePatch(binding, { subjects });
  onTestFinished(putBack);
  await bed.api.mergePatch(binding, { subjects: [] });
  const namespace = await monitored('sel-rbac', { port });
  await namesExactly(namespace, 'prometheus-rbac');
  await putBack();
  await becomesHealthy(namespace);
});

test('prometheus-down: without its word nothing is called well', async () => {
  const namespace = await monitored('sel-down', { port });
  await becomesHealthy(namespace);
  const putBack = async () => {
    await bed.kubectl('-n monitoring annotate pod prometheus-k8s-0 bed/behaves-');
    await bed.prometheus.start();
  };
  onTestFinished(putBack);
  await bed.prometheus.stop();
  await bed.kubectl('-n monitoring annotate pod prometheus-k8s-0 bed/behaves=unready');
  await namesExactly(namespace, 'prometheus-down');
  await putBack();
  await becomesHealthy(namespace);
});
