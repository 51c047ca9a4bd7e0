import { once } from 'node:events';
import https from 'node:https';
import type { ApiClient, Json } from './api-client.ts';
import type { Authority } from './authority.ts';

/** The address and port of objects/metrics.yaml. */
const where = { host: '192.168.77.1', port: 4443 } as const;
const apiVersion = 'metrics.k8s.io/v1beta1';

export type MetricsApi = {
  /** What each container is said to use from now on. */
  readonly use: (usage: Usage) => void;
  readonly open: () => Promise<void>;
  /** As with a metrics server that is down: an HPA then has no data. */
  readonly close: () => Promise<void>;
  readonly reset: () => Promise<void>;
};
export type Usage = { readonly cpu: string; readonly memory: string };

const quiet: Usage = { cpu: '20m', memory: '60Mi' };

const resources = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: apiVersion,
  resources: [
    { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
    { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
  ],
};

/** Measured just now over a short window: the autoscaler leaves out what is older than the pod's readiness. */
const measured = () => ({ timestamp: new Date().toISOString(), window: '1s' });

const podMetrics = (usage: Usage) => (pod: Json) => ({
  kind: 'PodMetrics',
  apiVersion,
  metadata: { name: pod.metadata.name, namespace: pod.metadata.namespace, labels: pod.metadata.labels },
  ...measured(),
  containers: pod.spec.containers.map((container: Json) => ({ name: container.name, usage })),
});

const nodeMetrics = (usage: Usage) => (node: Json) => ({
  kind: 'NodeMetrics',
  apiVersion,
  metadata: { name: node.metadata.name },
  ...measured(),
  usage,
});

/** Stands in for the metrics server: kwok's pods use nothing, so every container is said to use the same. */
export async function startMetricsApi(api: ApiClient, authority: Authority): Promise<MetricsApi> {
  let usage = quiet;
  const pair = authority.issue({ name: 'metrics-server', names: [where.host] });

  const answer = async (target: string): Promise<object | undefined> => {
    const { pathname, search } = new URL(target, 'https://bed');
    const [, within] = pathname.split(`/apis/${apiVersion}`);
    if (within === undefined) return undefined;
    if (within === '' || within === '/') return resources;
    const found = await api.find(`/api/v1${within}${search}`);
    if (found === undefined) return undefined;
    const [kind, convert] = /\/pods(\/|$)/.test(within)
      ? (['PodMetrics', podMetrics(usage)] as const)
      : (['NodeMetrics', nodeMetrics(usage)] as const);
    if (found.items === undefined) return convert(found);
    return { kind: `${kind}List`, apiVersion, metadata: {}, items: found.items.map(convert) };
  };
  const server = https.createServer({ cert: pair.certificate, key: pair.key }, async (request, response) => {
    const body = await answer(request.url ?? '/').catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 404 }));
  });
  const open = async (): Promise<void> => {
    if (server.listening) return;
    server.listen(where.port, where.host);
    await once(server, 'listening');
  };
  await open();
  return {
    use: (wanted) => {
      usage = wanted;
    },
    open,
    close: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
    reset: async () => {
      usage = quiet;
      await open();
    },
  };
}
