import { beforeAll, describe, expect, test } from 'vitest';
import { at, listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { only, rendered, sampleSecrets } from '../../core/manifests/sample-settings.ts';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { deployment } from '../sample-objects.ts';

/**
 * The rendered monitoring on a real Prometheus, through the real operator: the rules are loaded, one of them fires, cert-manager is scraped,
 * and the dashboard has data.
 */
const bed = currentBed();
const namespace = 'orion-staging';
const objects = rendered('staging', {}, sampleSecrets);

/** As rendered, but scraped every second: nothing else of it is touched. */
function hurried(object: KubernetesObject): KubernetesObject {
  const spec = object['spec'] as Json;
  const field = object.kind === 'PodMonitor' ? 'podMetricsEndpoints' : 'endpoints';
  const endpoints = listAt(object, `spec.${field}`).map((endpoint) => ({ ...(endpoint as object), interval: '1s' }));
  return { ...object, spec: { ...spec, [field]: endpoints } };
}

const wanted = [
  ...['Namespace', 'Secret', 'Service', 'Deployment'].map((kind) => only(objects, kind)),
  only(objects, 'PrometheusRule'),
  only(objects, 'ConfigMap', 'auth-service-dashboard'),
  hurried(only(objects, 'ServiceMonitor')),
  hurried(only(objects, 'PodMonitor')),
  { apiVersion: 'cert-manager.io/v1', kind: 'Issuer', metadata: { name: 'own', namespace }, spec: { selfSigned: {} } },
  {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: 'auth-tls-cert', namespace },
    spec: { dnsNames: ['auth.bed'], secretName: 'auth-tls-secret', issuerRef: { name: 'own' } },
  },
];

/** What kube-state-metrics and cAdvisor say of one pod, which was restarted once. */
let restarts = 0;
const pod = `namespace="${namespace}",pod="auth-service-7d4-x",container="auth-service"`;
const aboutPods = () => ({
  headers: { 'content-type': 'text/plain; version=0.0.4' },
  body: [
    '# TYPE kube_pod_container_status_restarts_total counter',
    `kube_pod_container_status_restarts_total{${pod}} ${restarts}`,
    '# TYPE container_memory_usage_bytes gauge',
    `container_memory_usage_bytes{${pod}} 100`,
    '# TYPE container_spec_memory_limit_bytes gauge',
    `container_spec_memory_limit_bytes{${pod}} 400`,
    '',
  ].join('\n'),
});

/** The auth service with more requests at every look, so that there are rates. */
function aboutRequests(many: number) {
  return {
    headers: { 'content-type': 'text/plain; version=0.0.4' },
    body: [
      '# TYPE http_requests_total counter',
      `http_requests_total{status="200"} ${many}`,
      '# TYPE http_request_duration_seconds histogram',
      `http_request_duration_seconds_bucket{le="1"} ${many}`,
      `http_request_duration_seconds_bucket{le="+Inf"} ${many}`,
      `http_request_duration_seconds_sum ${many}`,
      `http_request_duration_seconds_count ${many}`,
      '# TYPE auth_login_attempts_total counter',
      `auth_login_attempts_total{result="success"} ${many}`,
      '# TYPE auth_token_generation_total counter',
      `auth_token_generation_total ${many}`,
      '',
    ].join('\n'),
  };
}

let prometheus = '';
const ask = async (path: string): Promise<Json> =>
  (await (await fetch(`http://${prometheus}:9090/api/v1${path}`)).json()) as Json;
const query = async (expression: string): Promise<readonly Json[]> => {
  const answer = await ask(`/query?${new URLSearchParams({ query: expression })}`);
  if (answer.status !== 'success') throw new Error(`${answer.error}: ${expression}`);
  return answer.data.result;
};

let requests = 100;
const moreRequests = () => {
  requests += 50;
  return bed.pods.serve(3001, { '/metrics': aboutRequests(requests) });
};

beforeAll(async () => {
  await bed.pods.serve(3201, { '/metrics': aboutPods() });
  await moreRequests();
  await bed.kubectl('apply --server-side -f -', wanted[0]);
  await bed.kubectl('apply --server-side -f -', { apiVersion: 'v1', kind: 'List', items: wanted });
  const stats = await bed.namespace('pod-stats');
  const made = deployment(stats, 'pod-stats', 1);
  const [container] = made.spec.template.spec.containers;
  if (container) container.ports = [{ name: 'http', containerPort: 3201 }];
  await bed.api.create(`/apis/apps/v1/namespaces/${stats}/deployments`, made);
  await bed.api.create(`/apis/monitoring.coreos.com/v1/namespaces/${stats}/podmonitors`, {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: 'pod-stats', namespace: stats, labels: { release: 'kube-prometheus-stack' } },
    spec: { selector: {}, podMetricsEndpoints: [{ port: 'http', interval: '1s', honorLabels: true }] },
  });
  prometheus = await bed.prometheus.start();
  return async () => {
    await bed.kubectl('-n cert-manager delete podmonitor cert-manager-metrics --ignore-not-found');
    await bed.kubectl(`delete namespace ${namespace} --ignore-not-found --timeout=60s`);
  };
});

const alertsOf = async (name: string) =>
  (await query(`ALERTS{alertname="${name}", namespace="${namespace}"}`)).map(({ metric }) => metric.alertstate);

test('Prometheus takes the rules, and evaluates each without an error', async () => {
  const rules = await until(
    'the rules, evaluated',
    async () => {
      const { data } = await ask('/rules');
      const own = data.groups
        .filter((group: Json) => group.name.startsWith('auth-service'))
        .flatMap((group: Json) => group.rules);
      return own.length > 0 && own.every((one: Json) => one.health !== 'unknown') ? own : undefined;
    },
    90,
  );
  expect(rules.map((one: Json) => [one.name, one.health, one.lastError ?? ''])).toEqual(
    [
      'AuthServiceHighErrorRate',
      'AuthServiceHighLatency',
      'AuthServicePodRestarts',
      'AuthServiceHighMemory',
      'AuthCertificateExpiry',
      'AuthCertificateExpiryUnknown',
    ].map((name) => [name, 'ok', '']),
  );
});

test("cert-manager's own metrics are there, of this certificate, under the names that the alerts ask for", async () => {
  const [series] = await until(
    'the days that are left',
    async () => {
      const found = await query(
        `certmanager_certificate_expiration_timestamp_seconds{exported_namespace="${namespace}", name="auth-tls-cert"} > 0`,
      );
      return found.length > 0 ? found : undefined;
    },
    90,
  );
  expect(series?.metric).toMatchObject({ namespace: 'cert-manager', job: 'cert-manager/cert-manager-metrics' });
  expect(await query(`certmanager_certificate_ready_status{exported_namespace="${namespace}"}`)).not.toEqual([]);
  // It was absent before, and is not any more.
  await until('the alert about its absence to end', async () =>
    (await alertsOf('AuthCertificateExpiryUnknown')).length === 0 ? true : undefined,
  );
});

test('a restart fires its alert, with the namespace by which it is routed', async () => {
  await until('the pod to be known', async () =>
    (await query('kube_pod_container_status_restarts_total')).length > 0 ? true : undefined,
  );
  expect(await alertsOf('AuthServicePodRestarts')).toEqual([]);
  restarts = 1;
  await bed.pods.serve(3201, { '/metrics': aboutPods() });
  await until('the alert', async () =>
    (await alertsOf('AuthServicePodRestarts')).includes('firing') ? true : undefined,
  );
});

describe('the dashboard', () => {
  const [text = ''] = Object.values(only(objects, 'ConfigMap', 'auth-service-dashboard')['data'] as Json) as string[];
  const panels = listAt(JSON.parse(text), 'panels').map((panel) => ({
    title: textAt(panel, 'title') ?? '',
    expressions: listAt(panel, 'targets').map((target) => textAt(target, 'expr') ?? ''),
  }));
  /** As Grafana fills them in. */
  const filled = (expression: string): string =>
    expression.replaceAll('$namespace', namespace).replaceAll('$__rate_interval', '1m');

  test.each(panels)('$title has data', async ({ expressions }) => {
    for (const expression of expressions) {
      const [first] = await until(
        expression,
        async () => {
          await moreRequests();
          const found = await query(filled(expression));
          return found.length > 0 && found[0]?.value[1] !== 'NaN' ? found : undefined;
        },
        60,
      );
      expect(Number(first?.value[1])).toBeGreaterThanOrEqual(0);
    }
  });

  test('its namespaces are those that have the service', async () => {
    const variable = listAt(JSON.parse(text), 'templating.list').find((one) => at(one, 'name') === 'namespace');
    const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(textAt(variable, 'query') ?? '') ?? [];
    const namespacesOf = async (series: string): Promise<readonly string[]> =>
      (await ask(`/label/${label}/values?${new URLSearchParams({ 'match[]': series })}`)).data;
    const data = await namespacesOf(selector);
    // Other files may have had the service too, in namespaces of their own, on the same Prometheus; cert-manager is scraped and has none.
    const having = await namespacesOf('up{service="auth-service"}');
    expect(await namespacesOf('up')).toContain('cert-manager');
    expect(data).toContain(namespace);
    expect(data.filter((one) => !having.includes(one))).toEqual([]);
  });
});
