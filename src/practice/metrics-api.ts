import { textAt, timeAt } from '../core/kubernetes/field.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { noSuchPath, refusal } from './api-status.ts';
import type { Cluster } from './cluster.ts';
import { timeText } from './cluster.ts';
import { measures } from './controllers/autoscaler.ts';

/** The metrics API, whose lists are worked out and not stored; undefined for other paths. */
export function metricsAnswer(cluster: Cluster, { path, method }: ApiRequest): ApiAnswer | undefined {
  const found = /^\/apis\/metrics\.k8s\.io\/v1beta1\/(?:(nodes)|(?:namespaces\/([^/]+)\/)?(pods))$/.exec(path);
  if (!found || method !== 'GET') return undefined;
  const isThere = cluster.store.of(kinds.Deployment).some(({ metadata }) => metadata.name === 'metrics-server');
  if (!isThere) throw noSuchPath();
  if (!measures(cluster.store))
    throw refusal(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');
  const time = timeText(cluster.now());
  const sample = (kind: string, name: string, namespace?: string) => ({
    kind,
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), creationTimestamp: time },
    timestamp: time,
    window: '15s',
  });
  if (found[1]) {
    const items = cluster.store
      .of(kinds.Node)
      .map(({ metadata }) => ({ ...sample('NodeMetrics', metadata.name), usage: { cpu: '320m', memory: '2811Mi' } }));
    return { code: 200, body: { kind: 'NodeMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items } };
  }
  const pods = cluster.store
    .of(kinds.Pod, found[2])
    .filter(
      (pod) => textAt(pod, 'status.phase') === 'Running' && timeAt(pod, 'metadata.creationTimestamp') !== undefined,
    );
  const items = pods.map(({ metadata }) => ({
    ...sample('PodMetrics', metadata.name, metadata.namespace),
    containers: [{ name: 'main', usage: { cpu: '12m', memory: '96Mi' } }],
  }));
  return { code: 200, body: { kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items } };
}
