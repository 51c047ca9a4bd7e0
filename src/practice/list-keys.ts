/** How a field merges under server-side apply: maps by key, lists by the keys of their items, or whole. */
export type Shape = 'granular' | 'atomic' | 'set' | { readonly keys: readonly string[] };

/**
 * The lists that matter merge by key; all others are atomic, as in the API's own schema (x-kubernetes-list-map-keys). `path` holds
 * field names joined by dots, without places in lists. Sources: kubernetes api/openapi-spec, the CRDs of cert-manager.
 */
export function listShape(kind: string, path: string): Shape {
  if (path === 'metadata.ownerReferences') return { keys: ['uid'] };
  if (path === 'metadata.finalizers') return 'set';
  if (path === 'status.conditions') return { keys: ['type'] };
  if (kind === 'Service' && path === 'spec.ports') return { keys: ['port', 'protocol'] };
  if (kind === 'ServiceAccount' && path === 'secrets') return { keys: ['name'] };
  const field = podField(path);
  if (field === undefined) return 'atomic';
  return podLists[field] ?? 'atomic';
}

const podLists: Readonly<Record<string, Shape>> = {
  containers: { keys: ['name'] },
  initContainers: { keys: ['name'] },
  volumes: { keys: ['name'] },
  imagePullSecrets: { keys: ['name'] },
  hostAliases: { keys: ['ip'] },
  topologySpreadConstraints: { keys: ['topologyKey', 'whenUnsatisfiable'] },
  'containers.ports': { keys: ['containerPort', 'protocol'] },
  'containers.env': { keys: ['name'] },
  'containers.volumeMounts': { keys: ['mountPath'] },
};

/** The path below a pod's spec, or undefined outside of one. */
function podField(path: string): string | undefined {
  const inside = /^(?:spec\.template\.)?spec\.(.+)$/.exec(path)?.[1];
  return inside?.replace(/^initContainers\./, 'containers.');
}

/** Maps that are one value: changing a part of a selector makes it another selector. */
const atomicMaps =
  /(?:^|\.)(?:selector|labelSelector|podSelector|namespaceSelector|nodeSelector|scaleTargetRef|configMapKeyRef|secretKeyRef|fieldRef|resourceFieldRef|secretRef|involvedObject)$/;

export function mapShape(path: string): Shape {
  return atomicMaps.test(path) ? 'atomic' : 'granular';
}

/** A key that is left out counts as its default. */
const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

export function keyOf(item: unknown, keys: readonly string[]): string {
  const fields = item !== null && typeof item === 'object' ? (item as Record<string, unknown>) : {};
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, fields[key] ?? keyDefaults[key]])));
}
