import { textMapAt } from '../core/kubernetes/field.ts';
import { type Kind, kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { type Cluster, freeClusterIp, hasGeneration, hasStatus } from './cluster.ts';
import { defaulted } from './defaults.ts';
import { isMap, type JsonMap, same, without } from './json.ts';

/** What a main write makes of a stored object: defaults filled in, the server's own fields kept, a new generation for a new spec. */
export function nextMain(
  cluster: Cluster,
  kind: Kind,
  current: KubernetesObject,
  given: KubernetesObject,
): KubernetesObject {
  const kept = current.metadata;
  const next = withDefaults(cluster, {
    ...given,
    metadata: serverSet(given.metadata, kept),
    ...(hasStatus(kind.kind) ? { status: current['status'] } : {}),
  });
  const clean = next['status'] === undefined ? (without(next, 'status') as KubernetesObject) : next;
  if (!hasGeneration(kind.kind) || same(specOf(kind, current), specOf(kind, clean))) return clean;
  return { ...clean, metadata: { ...clean.metadata, generation: (kept.generation ?? 0) + 1 } };
}

/** What a writer cannot change in metadata. */
function serverSet(
  given: KubernetesObject['metadata'],
  kept: KubernetesObject['metadata'],
): KubernetesObject['metadata'] {
  const fixed = [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'generation',
    'resourceVersion',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'managedFields',
    'generateName',
  ];
  const held = Object.fromEntries(
    fixed.filter((field) => kept[field] !== undefined).map((field) => [field, kept[field]]),
  );
  return { ...without(given, ...fixed), ...held } as KubernetesObject['metadata'];
}

/** What a change of makes a new generation. A Deployment's annotations count too (kubernetes, registry/apps/deployment/strategy.go). */
function specOf(kind: Kind, object: KubernetesObject): JsonMap {
  const { metadata: _, status: _status, ...rest } = object;
  if (kind.kind === 'Deployment') return { ...rest, annotations: textMapAt(object, 'metadata.annotations') };
  // A pod's node is bound by a subresource of its own, which counts no generation.
  return kind.kind === 'Pod' && isMap(rest['spec']) ? { ...rest, spec: without(rest['spec'], 'nodeName') } : rest;
}

/** A planted object keeps the class it was recorded with, none too. */
export function withDefaults(cluster: Cluster, object: KubernetesObject, { asPlanted = false } = {}): KubernetesObject {
  return defaulted(object, {
    clusterIp: () => freeClusterIp(cluster.store),
    defaultIngressClass: () => (asPlanted ? undefined : defaultIngressClass(cluster)),
  });
}

const defaultIngressClass = (cluster: Cluster): string | undefined =>
  cluster.store
    .of(kinds.IngressClass)
    .find((item) => item.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true')?.metadata
    .name;
