import { createHash } from 'node:crypto';
import { hiddenValues } from '../../core/kubernetes/hidden-values.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';

/** By digest, so that nothing of them stays in memory; as numbers, so that nothing of them leaves this process. */
const numbers = new Map<string, number>();

const kinds = ['Deployment', 'ReplicaSet', 'ConfigMap', 'Secret'];

/**
 * `read` with a number that stands for what was taken out of its pod template: two objects with the same number had the same there. So a
 * rollback can be known to be whole although commands and values are not read.
 */
export function numberHiddenValues(read: KubernetesObject, whole: unknown): KubernetesObject {
  if (!kinds.includes(read.kind)) return read;
  const hidden = hiddenValues(whole as KubernetesObject);
  if (hidden === undefined) return read;
  const digest = createHash('sha256').update(hidden).digest('base64');
  const number = numbers.get(digest) ?? numbers.size + 1;
  numbers.set(digest, number);
  return { ...read, hiddenValues: number };
}
