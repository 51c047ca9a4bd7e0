import { listAt } from '../../core/kubernetes/field.ts';
import type { KubernetesObject, OwnerReference } from '../../core/kubernetes/object.ts';
import { timeText } from '../cluster.ts';
import { isMap, type JsonMap } from '../json.ts';

export type NewCondition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number | undefined;
};

export const statusOf = (object: KubernetesObject): JsonMap => (isMap(object['status']) ? object['status'] : {});

/** `status` with a condition set. The moment of a transition is kept while the status stays the same, whatever the reason says. */
export function withCondition(
  status: JsonMap,
  { observedGeneration, ...wanted }: NewCondition,
  now: Date,
): Record<string, unknown> {
  const held = listAt({ status }, 'status.conditions').filter(isMap);
  const before = held.find(({ type }) => type === wanted.type);
  const lastTransitionTime = before?.['status'] === wanted.status ? before['lastTransitionTime'] : timeText(now);
  const after = { lastTransitionTime, ...wanted, ...(observedGeneration === undefined ? {} : { observedGeneration }) };
  return { ...status, conditions: before ? held.map((item) => (item === before ? after : item)) : [...held, after] };
}

export function withoutCondition(status: JsonMap, type: string): Record<string, unknown> {
  const left = listAt({ status }, 'status.conditions').filter((item) => !isMap(item) || item['type'] !== type);
  return { ...status, conditions: left };
}

/** The reference by which a controller owns what it makes. */
export function ownerOf({ apiVersion, kind, metadata }: KubernetesObject): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true, blockOwnerDeletion: true };
}
