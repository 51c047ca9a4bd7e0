import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { newHome, orion } from '../orion.ts';
import {
  becomesHealthy,
  consent,
  metricsReport,
  monitored,
  monitorOf,
  namesExactly,
  often,
  selected,
} from './monitored.ts';

/** Faults of what stands around a ServiceMonitor, and a monitor of many endpoints. */
const bed = currentBed();
const port = 3001;
const proxy = '/api/v1/namespaces/monitoring/services/http:prometheus-operated:web/proxy';

beforeAll(async () => {
  await bed.prometheus.start();
});

test('endpointslice-rbac: discovery by EndpointSlices, and no right to see them', async () => {
  const prometheus = '/apis/monitoring.coreos.com/v1/namespaces/monitoring/prometheuses/k8s';
  const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/prometheus-k8s';
  const { rules } = await bed.api.get(role);
  const putBack = async () => {
    await bed.api.mergePatch(role, { rules });
    await bed.api.mergePatch(prometheus, { spec: { serviceDiscoveryRole: null } });
  };
  onTestFinished(putBack);
  await bed.api.mergePatch(role, {
    rules: rules.filter(({ resources }: Json) => !resources.includes('endpointslices')),
  });
  await bed.api.mergePatch(prometheus, { spec: { serviceDiscoveryRole: 'EndpointSlice' } });
  const namespace = await monitored('slices', { port });
  const report = await namesExactly(namespace, 'endpointslice-rbac');
  expect(report.findings[0]?.remedies.map(({ automatic }) => automatic)).toEqual(['no']);
  // What is printed is what helps, and taking it away again is all it takes to undo it.
  for (const command of report.findings[0]?.remedies[0]?.commands ?? [])
    await bed.kubectl(command.replace(/^kubectl /, ''));
  await becomesHealthy(namespace);
  await bed.kubectl(`-n ${namespace} delete role,rolebinding prometheus-discovery`);
  await putBack();
  // Healthy it is already, by what Prometheus ran before: that must be gone first.
  await until('discovery by EndpointSlices to be gone', async () => {
    const { data } = await bed.api.get(`${proxy}/api/v1/status/config`);
    return /role: endpointslice/.test(data.yaml) ? undefined : true;
  });
  await becomesHealthy(namespace);
});

test('wrong-prometheus-or-query: the rules are evaluated by another Prometheus', async () => {
  const namespace = await monitored('elsewhere', { port });
  const home = await bed.namespace('other-prometheus');
  const other = { matchLabels: { prometheus: home } };
  await bed.api.create(`/apis/monitoring.coreos.com/v1/namespaces/${home}/prometheuses`, {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    metadata: { name: 'other', namespace: home },
    spec: {
      replicas: 0,
      serviceMonitorSelector: other,
      serviceMonitorNamespaceSelector: {},
      ruleSelector: other,
      ruleNamespaceSelector: {},
    },
  });
  await bed.api.create(`/apis/monitoring.coreos.com/v1/namespaces/${namespace}/prometheusrules`, {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'auth-alerts', namespace, labels: { prometheus: home } },
    spec: { groups: [{ name: 'auth', rules: [{ alert: 'Errors', expr: 'rate(http_requests_total[5m]) > 1' }] }] },
  });
  const report = await namesExactly(namespace, 'wrong-prometheus-or-query');
  expect(report.findings[0]).toMatchObject({ confidence: 'confirmed', object: { kind: 'PrometheusRule' } });
  const chosen = Object.entries(selected).map(([key, value]) => `${key}=${value}`);
  await bed.kubectl(`-n ${namespace} label prometheusrule auth-alerts prometheus- ${chosen.join(' ')}`);
  await becomesHealthy(namespace);
  await bed.kubectl(`-n ${home} delete prometheus other`);
});

test('servicemonitor-crd-missing: a cluster without the kind', async () => {
  const bare = await bed.bare();
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const name = 'servicemonitors.monitoring.coreos.com';
  const { apiVersion, kind, metadata, spec } = await bare.api.get(`${path}/${name}`);
  await bare.api.create('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'orion-staging' },
  });
  await bare.api.request('DELETE', `${path}/${name}`);
  const monitors = '/apis/monitoring.coreos.com/v1/namespaces/orion-staging/servicemonitors';
  // It is served until the API server has cleaned up behind it: till then there is merely no monitor.
  await until('the kind to be gone', async () => ((await bare.api.find(monitors)) === undefined ? true : undefined));
  const without = await metricsReport('orion-staging', [], undefined, bare.kubeconfig);
  expect(without.report.rootCauses).toEqual(['servicemonitor-crd-missing']);
  await bare.api.create(path, { apiVersion, kind, metadata: { name, annotations: metadata.annotations }, spec });
  await until('the kind to be served again', async () => ((await bare.api.find(monitors)) ? true : undefined));
  const { report } = await metricsReport('orion-staging', [], undefined, bare.kubeconfig);
  expect(report.rootCauses).toEqual(['servicemonitor-missing']);
});

test('five endpoints: all are judged, and the one that is wrong is mended', async () => {
  const endpoint = { port: 'http', path: '/metrics', ...often };
  const endpoints = [...Array.from({ length: 4 }, () => endpoint), { ...endpoint, path: '/stats' }];
  const namespace = await monitored('many', { port, spec: { endpoints } });
  const home = newHome();
  const report = await namesExactly(namespace, 'target-404');
  expect(report.coverage.notLooked).toEqual([]);
  const mended = await metricsReport(namespace, ['--fix', ...consent(namespace)], home);
  expect(mended.report.remediation).toMatchObject({ applied: true, verified: true });
  expect(mended.code).toBe(0);
  const { spec } = await monitorOf(namespace);
  expect(spec.endpoints.map(({ path }: Json) => path)).toEqual(Array.from({ length: 5 }, () => '/metrics'));
  expect((await orion(['undo', ...consent(namespace)], { home })).code).toBe(0);
  expect((await monitorOf(namespace)).spec.endpoints[4].path).toBe('/stats');
});
