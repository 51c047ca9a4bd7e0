import type { IncomingMessage } from 'node:http';
import { beforeAll, expect, test } from 'vitest';
import { makeAuthority } from '../../edges/probes/certificate-authority.ts';
import { currentBed, until } from '../bed/bed.ts';
import { newHome, orion } from '../orion.ts';
import {
  becomesHealthy,
  consent,
  type Differs,
  metricsReport,
  monitored,
  monitorOf,
  namesExactly,
  selected,
} from './monitored.ts';
import { listen, listenAlerting, metrics } from './pod-listener.ts';

/** What can be wrong at a target, put into real pods' addresses and scraped by a real Prometheus. */
const bed = currentBed();

const sound = 3001;
const policyPath = (namespace: string, name: string) =>
  `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/${name}`;

/** Stands for a network that keeps a policy: Prometheus is not answered while this says so. */
let isShut = true;
const byPrometheus = (request: IncomingMessage): boolean => /^Prometheus\//.test(request.headers['user-agent'] ?? '');

/** Namespace by fault. All stand at once, so that no test waits for operator and reload alone. */
const places = new Map<string, string>();
const place = (fault: string): string => places.get(fault) ?? '';

beforeAll(async () => {
  const authority = await makeAuthority('Orion Test CA');
  const issued = authority.issue({ commonName: 'auth', names: ['auth-service.orion.svc'] });
  const ended = authority.issue({
    commonName: 'auth',
    names: ['auth-service.orion.svc'],
    notAfter: new Date('2026-02-01'),
  });
  let slowPod = '';
  await Promise.all([
    bed.prometheus.start(),
    listen(3102, (request, response) => void ((isShut && byPrometheus(request)) || metrics(response))),
    listen(3103, (_, response) => void setTimeout(() => metrics(response), 1500)),
    listen(3104, (request, response) => {
      slowPod ||= request.socket.localAddress ?? '';
      if (request.socket.localAddress === slowPod) response.writeHead(404).end('not here\n');
      else metrics(response);
    }),
    listen(3105, (_, response) => metrics(response), { cert: issued.cert, key: issued.key }),
    listen(3106, (_, response) => metrics(response), { cert: ended.cert, key: ended.key }),
    listen(3107, (_, response) => response.writeHead(401).end('who is it?\n')),
    listen(3108, (_, response) => response.writeHead(200).end('logins_total 7\n')),
    listen(3109, (_, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<!doctype html><title>ORION</title>\n'),
    ),
    listen(3110, (_, response) => metrics(response, '')),
    listen(3111, (request) => request.socket.resetAndDestroy()),
    listenAlerting(3112, (_, response) => metrics(response), { cert: issued.cert, key: issued.key }),
  ]);
  const over = { scheme: 'https' };
  // Here it is to run out of time.
  const shortly = { interval: '1s', scrapeTimeout: '1s' };
  const trusting = { ...over, tlsConfig: { serverName: 'auth-service.orion.svc' } };
  const faults: Readonly<Record<string, Differs>> = {
    path: { port: sound, endpoint: { path: '/stats' } },
    refused: { port: 3101 },
    policy: { port: 3102, endpoint: shortly },
    slow: { port: 3103, endpoint: shortly },
    some: { port: 3104 },
    https: { port: sound, endpoint: over },
    http: { port: 3105 },
    alert: { port: 3112 },
    noname: { port: 3105, endpoint: over },
    nobody: { port: 3105, endpoint: trusting },
    ended: { port: 3106, endpoint: trusting },
    auth: { port: 3107 },
    untyped: { port: 3108 },
    html: { port: 3109 },
    empty: { port: 3110 },
    dropped: {
      port: sound,
      endpoint: { metricRelabelings: [{ action: 'drop', sourceLabels: ['__name__'], regex: '.*' }] },
    },
    limit: { port: sound, spec: { sampleLimit: 2 } },
    reset: { port: 3111 },
    mesh: { port: 3111, sidecar: 'istio-proxy' },
    job: { port: sound, spec: { jobLabel: 'app.kubernetes.io/name' } },
    well: { port: sound },
  };
  await Promise.all(
    Object.entries(faults).map(async ([fault, differs]) => places.set(fault, await monitored(fault, differs))),
  );
});

const said = (report: Awaited<ReturnType<typeof namesExactly>>): string =>
  (report.findings[0]?.evidence ?? []).map(({ saw }) => saw).join('\n');

test('target-404: the path with the metrics is found, written into the ServiceMonitor, and taken back', async () => {
  const namespace = place('path');
  const home = newHome();
  expect(said(await namesExactly(namespace, 'target-404'))).toContain('metrics with 7 samples');
  const mended = await metricsReport(namespace, ['--fix', ...consent(namespace)], home);
  expect(mended.report.remediation).toMatchObject({ applied: true, verified: true });
  expect(mended.code).toBe(0);
  expect((await monitorOf(namespace)).spec.endpoints[0].path).toBe('/metrics');
  const undone = await orion(['undo', ...consent(namespace)], { home });
  expect(undone.code, undone.stderr).toBe(0);
  expect((await monitorOf(namespace)).spec.endpoints[0].path).toBe('/stats');
});

test('target-404 of some pods is never the ServiceMonitor', async () => {
  const report = await namesExactly(place('some'), 'target-404');
  expect(report.findings[0]?.object.kind).toBe('Pod');
  expect(report.findings[0]?.remedies.every(({ automatic }) => automatic === 'no')).toBe(true);
});

test('target-connection-refused', async () => {
  expect(said(await namesExactly(place('refused'), 'target-connection-refused'))).toContain('connection refused');
});

test('networkpolicy-blocks-scrape: one more policy is added, and taken away again', async () => {
  const namespace = place('policy');
  const home = newHome();
  await bed.kubectl('apply -f -', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'default-deny', namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  });
  const report = await namesExactly(namespace, 'networkpolicy-blocks-scrape');
  expect(report.findings[0]).toMatchObject({ confidence: 'confirmed', object: { name: 'default-deny' } });
  const mending = metricsReport(namespace, ['--fix', ...consent(namespace)], home);
  // Nothing enforces policies here: the listener opens once the right one is there.
  const policy = await until('the new policy', () => bed.api.find(policyPath(namespace, 'allow-prometheus-scrape')));
  isShut = false;
  expect(policy.spec.ingress[0].ports).toEqual([{ port: 3102, protocol: 'TCP' }]);
  const mended = await mending;
  expect(mended.report.remediation).toMatchObject({ applied: true, verified: true });
  expect(mended.code).toBe(0);
  expect((await orion(['undo', ...consent(namespace)], { home })).code).toBe(0);
  expect(await bed.api.find(policyPath(namespace, 'allow-prometheus-scrape'))).toBeUndefined();
});

test('target-timeout-slow: slow for us too', async () => {
  const report = await namesExactly(place('slow'), 'target-timeout-slow');
  expect(report.findings[0]).toMatchObject({ confidence: 'confirmed' });
});

test('scheme-mismatch: HTTPS asked of plain HTTP is mended and taken back', async () => {
  const namespace = place('https');
  const home = newHome();
  await namesExactly(namespace, 'scheme-mismatch');
  const mended = await metricsReport(namespace, ['--fix', ...consent(namespace)], home);
  expect(mended.report.remediation).toMatchObject({ applied: true, verified: true });
  expect((await orion(['undo', ...consent(namespace)], { home })).code).toBe(0);
  expect((await monitorOf(namespace)).spec.endpoints[0].scheme).toBe('https');
});

test('scheme-mismatch: plain HTTP asked of TLS, where the server just hangs up', async () => {
  const report = await namesExactly(place('http'), 'scheme-mismatch');
  expect(report.findings[0]?.remedies.map(({ automatic }) => automatic)).toEqual(['no']);
});

test('scheme-mismatch: plain HTTP asked of TLS, where the server answers by an alert', async () => {
  const report = await namesExactly(place('alert'), 'scheme-mismatch');
  expect(said(report)).toContain('malformed HTTP response');
});

test('tls-verify: no name, an unknown authority, out of date', async () => {
  expect(said(await namesExactly(place('noname'), 'tls-verify'))).toContain("doesn't contain any IP SANs");
  expect(said(await namesExactly(place('nobody'), 'tls-verify'))).toContain('signed by unknown authority');
  expect(said(await namesExactly(place('ended'), 'tls-verify'))).toContain('has expired');
});

test('target-auth', async () => {
  expect(said(await namesExactly(place('auth'), 'target-auth'))).toContain('401 Unauthorized');
});

test('content-type: sound metrics without their type are read after all, and undo takes that back', async () => {
  const namespace = place('untyped');
  const home = newHome();
  await namesExactly(namespace, 'content-type');
  const mended = await metricsReport(namespace, ['--fix', ...consent(namespace)], home);
  expect(mended.report.remediation).toMatchObject({ applied: true, verified: true });
  expect((await orion(['undo', ...consent(namespace)], { home })).code).toBe(0);
  expect((await monitorOf(namespace)).spec.fallbackScrapeProtocol).toBeUndefined();
});

test('not-exposition-format: HTML is no metrics, whatever Prometheus calls it', async () => {
  expect(said(await namesExactly(place('html'), 'not-exposition-format'))).toContain('<!doctype html>');
});

test('up, and yet nothing: an empty page, and relabelings that drop all', async () => {
  await namesExactly(place('empty'), 'app-metrics-disabled');
  expect(said(await namesExactly(place('dropped'), 'metric-relabelings-drop-all'))).toContain('"action":"drop"');
});

test('limits-exceeded', async () => {
  expect(said(await namesExactly(place('limit'), 'limits-exceeded'))).toContain('sample limit exceeded');
});

test('a connection that is cut off without a mesh has no name, and gets none', async () => {
  const { report, code } = await metricsReport(place('reset'));
  expect(code).toBe(3);
  expect(report.rootCauses).toEqual([]);
  expect(report.unrecognised?.quote).toContain('connection reset by peer');
});

test('service-mesh-mtls: the same with a sidecar, which is only likely', async () => {
  const report = await namesExactly(place('mesh'), 'service-mesh-mtls');
  expect(report.findings[0]).toMatchObject({ confidence: 'likely' });
});

test('job-label-mismatch: scraping works, and the alert asks for another job', async () => {
  const namespace = place('job');
  await bed.kubectl('apply -f -', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'auth-alerts', namespace, labels: selected },
    spec: { groups: [{ name: 'auth', rules: [{ alert: 'Silent', expr: 'absent(http_requests_total{job="auth"})' }] }] },
  });
  expect(said(await namesExactly(namespace, 'job-label-mismatch'))).toContain('job="auth"');
  await bed.kubectl(`-n ${namespace} label service auth-service app.kubernetes.io/name=auth`);
  await becomesHealthy(namespace);
});

test("without the pods' pages nothing is blamed, and nothing called healthy", async () => {
  const all = (apiGroups: readonly string[], resources: readonly string[]) => ({
    apiGroups,
    resources,
    verbs: ['get', 'list'],
  });
  const reader = await bed.userWith([
    all([''], ['namespaces', 'services', 'services/proxy', 'pods', 'events', 'secrets']),
    all(['apps', 'discovery.k8s.io', 'networking.k8s.io', 'monitoring.coreos.com'], ['*']),
  ]);
  const { report, code } = await until('the targets, and the right that is missing', async () => {
    const seen = await metricsReport(place('html'), [], undefined, reader);
    const needs = seen.report.coverage.notLooked.map((one) => one.needs);
    return needs.includes(`get pods/proxy in ${place('html')}`) ? seen : undefined;
  });
  expect(report.rootCauses).toEqual([]);
  expect(code).toBe(5);
});

test('a service that is scraped has no cause', async () => {
  await becomesHealthy(place('well'));
});
