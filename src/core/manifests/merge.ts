import type { KubernetesObject } from '../kubernetes/object.ts';

/**
 * What a patch of an overlay says: fields to set, null to remove. Lists are replaced whole. For the fields we patch that is also
 * what kustomize's strategic merge does, since none of their lists has a merge key.
 */
export type Patch = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
};

type Fields = Readonly<Record<string, unknown>>;

/** JSON merge patch (RFC 7396). Neither argument is changed. */
function merged(value: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result: Record<string, unknown> = isFields(value) ? { ...value } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else result[key] = merged(result[key], change);
  }
  return result;
}

export function patched(object: KubernetesObject, patch: Fields): KubernetesObject {
  return merged(object, patch) as KubernetesObject;
}

const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
