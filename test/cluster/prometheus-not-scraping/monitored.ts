import { expect } from 'vitest';
import type { RunbookReport } from '../../../src/core/report/runbook-report.ts';
import type { ApiClient, Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { orion } from '../orion.ts';
import { deployment } from '../sample-objects.ts';

const bed = currentBed();
const name = 'auth-service';
const monitorName = 'auth-service-monitor';

export type Differs = {
  /** At which the pods are scraped. */
  readonly port: number;
  readonly endpoint?: object;
  readonly spec?: object;
  /** The name of one more container. */
  readonly sidecar?: string;
};

/** Soon enough for a test to wait for, and long enough for a scrape on a loaded machine. */
export const often = { interval: '3s', scrapeTimeout: '3s' };

/** What the bed's Prometheus selects by. */
export const selected = { release: 'kube-prometheus-stack' };

/** A service of its own with its ServiceMonitor, sound but for what a test says of the endpoint and of the rest. */
export async function monitored(prefix: string, differs: Differs): Promise<string> {
  const namespace = await bed.namespace(prefix);
  await createMonitored(bed.api, namespace, differs);
  return namespace;
}

export async function createMonitored(
  api: ApiClient,
  namespace: string,
  { port, endpoint = {}, spec = {}, sidecar }: Differs,
): Promise<void> {
  const labels = { app: name };
  const made = deployment(namespace, name, 2);
  const [container] = made.spec.template.spec.containers;
  if (container) container.ports = [{ name: 'http', containerPort: port }];
  if (container && sidecar) made.spec.template.spec.containers.push({ ...container, name: sidecar, ports: [] });
  const own = (group: string, plural: string): string => `/${group}/namespaces/${namespace}/${plural}`;
  await api.create(own('apis/apps/v1', 'deployments'), made);
  await api.create(own('api/v1', 'services'), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: { selector: labels, ports: [{ name: 'http', port, targetPort: 'http' }] },
  });
  await api.create(own('apis/monitoring.coreos.com/v1', 'servicemonitors'), {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: monitorName, namespace, labels: selected },
    spec: {
      selector: { matchLabels: labels },
      endpoints: [{ port: 'http', path: '/metrics', ...often, ...endpoint }],
      ...spec,
    },
  });
}

export const monitorOf = (namespace: string): Promise<Json> =>
  bed.api.get(`/apis/monitoring.coreos.com/v1/namespaces/${namespace}/servicemonitors/${monitorName}`);

/** The report of the runbook in this namespace, as JSON. */
export async function metricsReport(
  namespace: string,
  more: readonly string[] = [],
  home?: string,
  kubeconfig?: string,
) {
  const said = await orion(
    ['runbook', 'prometheus-not-scraping', '-n', namespace, '--request-timeout', '5s', '-o', 'json', ...more],
    { ...(home === undefined ? {} : { home }), ...(kubeconfig === undefined ? {} : { kubeconfig }) },
  );
  if (said.stdout === '') throw new Error(`no report (exit ${said.code}): ${said.stderr}`);
  const report = JSON.parse(said.stdout) as RunbookReport & { kind: string; message?: string };
  if (report.kind !== 'RunbookReport') throw new Error(`exit ${said.code}: ${report.message}`);
  return { code: said.code, report };
}

/** Looks until a root cause is named, which must be exactly this one: anything else named on the way is a wrong blame. */
export async function namesExactly(namespace: string, code: string) {
  let last = '';
  const found = await until(
    `the root ${code}`,
    async () => {
      const seen = await metricsReport(namespace);
      last = JSON.stringify(seen.report, null, 2);
      return seen.report.rootCauses.length > 0 ? seen : undefined;
    },
    60,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; last report: ${last}`);
  });
  expect(found.report.rootCauses, last).toEqual([code]);
  expect(found.code).toBe(3);
  return found.report;
}

export async function becomesHealthy(namespace: string): Promise<void> {
  let last = '';
  await until(
    `${namespace} to be healthy`,
    async () => {
      const { code, report } = await metricsReport(namespace);
      last = JSON.stringify(report, null, 2);
      return code === 0 ? true : undefined;
    },
    60,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; last report: ${last}`);
  });
}

/** Consent as the command line gives it without a profile: namespace and context. */
export const consent = (namespace: string): readonly string[] => ['--yes', '--confirm', namespace, '--confirm', 'bed'];
