import { listAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';

/** The host under which these manifests serve, by their Ingress; empty where they have none. */
export function hostIn(objects: readonly KubernetesObject[]): string {
  const ingress = objects.find(({ kind, metadata }) => kind === 'Ingress' && metadata.name === 'auth-ingress');
  return textAt(listAt(ingress, 'spec.rules')[0], 'host') ?? '';
}
