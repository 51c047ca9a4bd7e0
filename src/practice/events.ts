import { textAt } from '../core/kubernetes/field.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { type Cluster, timeText } from './cluster.ts';

export type Told = {
  readonly about: KubernetesObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly by: string;
};

/** Writes an event as client-go's recorder does: the same one again is counted, not repeated. */
export function tell(cluster: Cluster, { about, type, reason, message, by }: Told): void {
  const namespace = about.metadata.namespace ?? 'default';
  const time = timeText(cluster.now());
  const held = cluster.store
    .of(kinds.Event, namespace)
    .find(
      (event) =>
        textAt(event, 'involvedObject.uid') === about.metadata.uid &&
        textAt(event, 'reason') === reason &&
        textAt(event, 'message') === message &&
        textAt(event, 'source.component') === by,
    );
  if (held) {
    cluster.store.put(kinds.Event, { ...held, count: Number(held['count'] ?? 1) + 1, lastTimestamp: time });
    return;
  }
  // Named after the moment in nanoseconds; the version keeps two of one moment apart.
  const stamp = (BigInt(cluster.now().getTime()) * 1_000_000n + BigInt(cluster.store.version)).toString(16);
  cluster.store.put(kinds.Event, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about.metadata.name}.${stamp}`, namespace, uid: cluster.names.uid(), creationTimestamp: time },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: about.metadata.name,
      ...(about.metadata.namespace ? { namespace: about.metadata.namespace } : {}),
      resourceVersion: about.metadata.resourceVersion,
      uid: about.metadata.uid,
    },
    reason,
    message,
    type,
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
    eventTime: null,
    source: { component: by },
    reportingComponent: by,
    reportingInstance: '',
  });
}
