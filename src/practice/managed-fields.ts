import type { KubernetesObject, ManagedFields } from '../core/kubernetes/object.ts';
import { changedFields, decodeFields, encodeFields, type FieldSet, fieldsOf, type Part } from './field-sets.ts';

/** Who owns which fields of an object: the entries of metadata.managedFields, with their fields as sets. */
export type Owner = {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly part: Part;
  readonly time: string;
  readonly fields: FieldSet;
};

export function ownersOf(object: KubernetesObject): readonly Owner[] {
  return (object.metadata.managedFields ?? []).map((entry) => ({
    manager: entry.manager ?? 'unknown',
    operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: String((entry as Record<string, unknown>)['apiVersion'] ?? object.apiVersion),
    part: entry.subresource === 'status' ? 'status' : 'main',
    time: entry.time ?? '',
    fields: decodeFields(entry.fieldsV1),
  }));
}

export function withOwners(object: KubernetesObject, owners: readonly Owner[]): KubernetesObject {
  const entries = owners
    .filter(({ fields }) => fields.size > 0)
    .map(
      ({ manager, operation, apiVersion, part, time, fields }): ManagedFields => ({
        manager,
        operation,
        ...{ apiVersion },
        time,
        ...{ fieldsType: 'FieldsV1' },
        fieldsV1: encodeFields(fields),
        ...(part === 'status' ? { subresource: 'status' } : {}),
      }),
    );
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: entries.length > 0 ? { ...metadata, managedFields: entries } : metadata };
}

/** The owners after an ordinary write (create, replace, patch): what changed is the writer's and nobody else's. */
export function ownersAfterUpdate(
  before: KubernetesObject | undefined,
  after: KubernetesObject,
  by: { readonly manager: string; readonly part: Part; readonly time: string },
): readonly Owner[] {
  const was = before ? fieldsOf(after.kind, before, by.part) : new Map<string, unknown>();
  const is = fieldsOf(after.kind, after, by.part);
  const changed = changedFields(was, is);
  const removed = new Set([...was.keys()].filter((path) => !is.has(path)));
  const owners = before ? ownersOf(before) : [];
  if (changed.size === 0 && removed.size === 0) return owners;

  const isWriter = (owner: Owner): boolean =>
    owner.manager === by.manager && owner.operation === 'Update' && owner.part === by.part;
  const own = owners.find(isWriter);
  const fields = minus(new Set([...(own?.fields ?? []), ...changed]), removed);
  const now: Owner = {
    manager: by.manager,
    operation: 'Update',
    apiVersion: after.apiVersion,
    part: by.part,
    time: by.time,
    fields,
  };
  const others = owners.map((owner) => {
    if (isWriter(owner)) return now;
    return owner.part === by.part ? { ...owner, fields: minus(minus(owner.fields, changed), removed) } : owner;
  });
  return own ? others : [...others, now];
}

export function minus(fields: FieldSet, gone: ReadonlySet<string>): FieldSet {
  return new Set([...fields].filter((path) => !gone.has(path)));
}
