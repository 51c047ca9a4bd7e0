import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { refusal } from './api-status.ts';
import { changedFields, fieldsOf, pathText } from './field-sets.ts';
import { isMap, type JsonMap, same } from './json.ts';
import { keyOf, listShape, mapShape } from './list-keys.ts';
import { minus, type Owner, ownersOf, withOwners } from './managed-fields.ts';

/**
 * Server-side apply as the API defines it: the applied object is all its manager wants. Fields it no longer names go, unless somebody
 * else owns them too; a field of another manager that would change is a conflict, or with force is taken over.
 */
export function applied(
  live: KubernetesObject,
  config: KubernetesObject,
  by: { readonly manager: string; readonly force: boolean; readonly time: string },
): KubernetesObject {
  const owners = ownersOf(live);
  const isMe = (owner: Owner): boolean =>
    owner.manager === by.manager && owner.operation === 'Apply' && owner.part === 'main';
  const me = owners.find(isMe);
  const others = owners.filter((owner) => !isMe(owner));
  const wanted = fieldsOf(config.kind, config, 'main');
  const mine = new Set(wanted.keys());
  const changed = changedFields(fieldsOf(config.kind, live, 'main'), wanted);

  const conflicts = others.flatMap((owner) =>
    [...owner.fields].filter((path) => owner.part === 'main' && changed.has(path)).map((path) => ({ owner, path })),
  );
  if (conflicts.length > 0 && !by.force) throw conflict(conflicts);

  const keptByOthers = new Set(others.flatMap(({ fields }) => [...fields]));
  const dropped = [...minus(minus(me?.fields ?? new Set(), mine), keptByOthers)]
    // A map that was applied empty was a field of its own: it stays for what is in it now.
    .filter((path) => ![...mine, ...keptByOthers].some((kept) => kept.startsWith(`${path}\n`)));
  const merged = mergedMap(config.kind, live, config, '') as KubernetesObject;
  // The shallowest first: an item goes as a whole before the fields that are its key.
  const result = dropped
    .toSorted((a, b) => a.length - b.length)
    .reduce<unknown>(
      (object, path) => withoutField(object, path.split('\n'), config.kind, ''),
      merged,
    ) as KubernetesObject;

  const unchanged = me !== undefined && same([...me.fields].toSorted(), [...mine].toSorted());
  const now: Owner = {
    manager: by.manager,
    operation: 'Apply',
    apiVersion: config.apiVersion,
    part: 'main',
    time: unchanged ? me.time : by.time,
    fields: mine,
  };
  const after = owners.map((owner) =>
    isMe(owner) ? now : owner.part === 'main' ? { ...owner, fields: minus(owner.fields, changed) } : owner,
  );
  return withOwners(result, me ? after : [...after, now]);
}

function conflict(found: readonly { readonly owner: Owner; readonly path: string }[]): Error {
  const said = ({ manager, operation, apiVersion, part }: Owner): string =>
    `${JSON.stringify(manager)}${part === 'status' ? ' with subresource "status"' : ''}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
  const byManager = Map.groupBy(found, ({ owner }) => said(owner));
  const [first] = found;
  const message =
    found.length === 1 && first
      ? `Apply failed with 1 conflict: conflict with ${said(first.owner)}: ${pathText(first.path)}`
      : `Apply failed with ${found.length} conflicts: ${[...byManager]
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .flatMap(([manager, each]) => [
            `conflicts with ${manager}:`,
            ...each.map(({ path }) => `- ${pathText(path)}`),
          ])
          .join('\n')}`;
  return refusal(409, 'Conflict', message, {
    causes: found.map(({ owner, path }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${said(owner)}`,
      field: pathText(path),
    })),
  });
}

function mergedMap(kind: string, live: JsonMap, config: JsonMap, path: string): JsonMap {
  const result: Record<string, unknown> = { ...live };
  for (const [key, value] of Object.entries(config)) {
    if (path === '' && key === 'status') continue;
    if (
      path === 'metadata' &&
      (key === 'managedFields' || key === 'resourceVersion' || key === 'uid' || key === 'creationTimestamp')
    )
      continue;
    result[key] = mergedValue(kind, live[key], value, path === '' ? key : `${path}.${key}`);
  }
  return result;
}

function mergedValue(kind: string, live: unknown, config: unknown, path: string): unknown {
  if (isMap(live) && isMap(config) && mapShape(path) === 'granular') return mergedMap(kind, live, config, path);
  if (!Array.isArray(live) || !Array.isArray(config)) return config;
  const shape = listShape(kind, path);
  if (shape === 'set') return [...live, ...config.filter((item) => !live.some((held) => same(held, item)))];
  if (typeof shape !== 'object') return config;
  const wanted = new Map(config.map((item) => [keyOf(item, shape.keys), item]));
  const held = new Set(live.map((item) => keyOf(item, shape.keys)));
  return [
    ...live.map((item) => {
      const over = wanted.get(keyOf(item, shape.keys));
      return isMap(item) && isMap(over) ? mergedMap(kind, item, over, path) : item;
    }),
    ...[...wanted].filter(([key]) => !held.has(key)).map(([, item]) => item),
  ];
}

/** `value` without the field at `elements`; a container that it empties goes too. */
function withoutField(value: unknown, elements: readonly string[], kind: string, path: string): unknown {
  const [element = '', ...rest] = elements;
  const name = element.slice(2);
  if (element.startsWith('f:')) {
    if (!isMap(value) || !(name in value)) return value;
    const { [name]: held, ...others } = value;
    const left = rest.length === 0 ? undefined : withoutField(held, rest, kind, path === '' ? name : `${path}.${name}`);
    if (left !== undefined) return { ...value, [name]: left };
    return Object.keys(others).length > 0 || path === '' ? others : undefined;
  }
  if (!Array.isArray(value)) return value;
  const shape = listShape(kind, path);
  const isIt = (item: unknown): boolean =>
    typeof shape === 'object' ? keyOf(item, shape.keys) === name : JSON.stringify(item) === name;
  const left = value.flatMap((item) => {
    if (!isIt(item)) return [item];
    const kept = rest.length === 0 ? undefined : withoutField(item, rest, kind, path);
    return kept === undefined ? [] : [kept];
  });
  return left.length > 0 ? left : undefined;
}
