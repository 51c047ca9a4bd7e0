import { currentBed, until } from '../bed/bed.ts';
import { podsOf, rolledOut } from '../pdb-blocking/site.ts';
import { podSpec } from '../sample-objects.ts';

/** Others on the nodes that the service is on, each in a namespace of its own: whom a drain of a whole node touches, and whom it leaves. */
const bed = currentBed();

export type Neighbours = { readonly data: string; readonly logging: string; readonly statics: string };

const workload = (kind: 'Deployment' | 'DaemonSet', namespace: string, name: string, spec: object) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: podSpec() },
    ...spec,
  },
});

/** A pod that its node's kubelet keeps by a file of its own. */
const mirror = (namespace: string, node: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `proxy-${node}`, namespace, annotations: { 'kubernetes.io/config.mirror': 'c0ffee' } },
  spec: { ...podSpec(), nodeName: node, automountServiceAccountToken: false },
});

export async function newNeighbours(nodes: readonly string[]): Promise<Neighbours> {
  const [data, logging, statics] = await Promise.all([
    bed.namespace('data'),
    bed.namespace('logging'),
    bed.namespace('statics'),
  ]);
  const items = [workload('DaemonSet', logging, 'shipper', {}), ...nodes.map((node) => mirror(statics, node))];
  await bed.kubectl('apply -f -', { apiVersion: 'v1', kind: 'List', items });
  await until('a pod of the DaemonSet on every node', async () => {
    const { status } = await bed.api.get(`/apis/apps/v1/namespaces/${logging}/daemonsets/shipper`);
    return status.numberReady === nodes.length ? true : undefined;
  });
  return { data, logging, statics };
}

/** Two pods with an emptyDir and a budget, on that node: bound to it, or only as long as it takes pods. */
export async function databaseOn(
  { data }: Neighbours,
  node: string,
  { budget = { maxUnavailable: 1 } as object, isBound = false } = {},
): Promise<void> {
  const term = { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] };
  const nodeAffinity = isBound
    ? { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } }
    : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: term }] };
  const spec = { ...podSpec(), affinity: { nodeAffinity }, volumes: [{ name: 'scratch', emptyDir: {} }] };
  const made = workload('Deployment', data, 'db', {
    replicas: 2,
    template: { metadata: { labels: { app: 'db' } }, spec },
  });
  const covering = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'db', namespace: data },
    spec: { selector: { matchLabels: { app: 'db' } }, ...budget },
  };
  await bed.kubectl(`-n ${data} delete deployment/db pdb/db --ignore-not-found --cascade=foreground`);
  await bed.kubectl('apply -f -', { apiVersion: 'v1', kind: 'List', items: [made, covering] });
  await rolledOut({ namespace: data }, 'db');
  await until(`both pods on ${node}, counted by their budget`, async () => {
    const pods = await podsOf({ namespace: data }, 'db');
    const { status } = await bed.api.get(`/apis/policy/v1/namespaces/${data}/poddisruptionbudgets/db`);
    const isThere = pods.length === 2 && pods.every((pod) => pod.spec.nodeName === node);
    return isThere && status?.currentHealthy === 2 ? true : undefined;
  });
}
