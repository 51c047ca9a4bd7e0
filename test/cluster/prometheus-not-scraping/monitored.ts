import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { deployment } from '../sample-objects.ts';

const bed = currentBed();

/** A service of its own with its ServiceMonitor, sound but for what a test says of the endpoint. */
export async function monitored(
  prefix: string,
  { port, endpoint = {}, spec = {}, pods = 2 }: { port: number; endpoint?: object; spec?: object; pods?: number },
): Promise<string> {
  const namespace = await bed.namespace(prefix);
  const labels = { app: 'auth-service' };
  const made = deployment(namespace, 'auth-service', pods);
  made.spec.template.spec.containers[0] = {
    ...(made.spec.template.spec.containers[0] as (typeof made.spec.template.spec.containers)[number]),
    ports: [{ name: 'http', containerPort: port }],
  };
  await bed.kubectl('apply -f -', {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      made,
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'auth-service', namespace, labels },
        spec: { selector: labels, ports: [{ name: 'http', port, targetPort: 'http' }] },
      },
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'ServiceMonitor',
        metadata: { name: 'auth-service-monitor', namespace, labels: { release: 'kube-prometheus-stack' } },
        spec: {
          selector: { matchLabels: labels },
          endpoints: [{ port: 'http', path: '/metrics', interval: '2s', scrapeTimeout: '1s', ...endpoint }],
          ...spec,
        },
      },
    ],
  });
  return namespace;
}

const targetsPath =
  '/api/v1/namespaces/monitoring/services/prometheus-operated:web/proxy/api/v1/targets?state=active&scrapePool=';

/** The active targets of this namespace's monitor, once all of them have been scraped. */
export function scraped(namespace: string, pods = 2): Promise<readonly Json[]> {
  return until(
    `targets of ${namespace}`,
    async () => {
      const pool = encodeURIComponent(`serviceMonitor/${namespace}/auth-service-monitor/0`);
      const { data } = await bed.api.get(targetsPath + pool);
      const ready = data.activeTargets.filter(({ health }: Json) => health !== 'unknown');
      return ready.length === pods ? ready : undefined;
    },
    60,
  );
}
