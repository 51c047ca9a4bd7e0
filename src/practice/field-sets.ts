import { isMap, type JsonMap, same } from './json.ts';
import { keyOf, listShape, mapShape } from './list-keys.ts';

/**
 * The set of fields one manager owns. A path is its elements joined by newlines, each as fieldsV1 writes it: `f:spec`,
 * `k:{"name":"app"}`, `v:"finalizer"`. Leaves are owned, and items of keyed lists themselves.
 */
export type FieldSet = ReadonlySet<string>;

export type Part = 'main' | 'status';

const untracked = new Set([
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
]);

/** Every field of `object` with its value, in the part that a request may write. */
export function fieldsOf(kind: string, object: JsonMap, part: Part): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, value] of Object.entries(object)) {
    if (key === 'apiVersion' || key === 'kind' || (key === 'status') !== (part === 'status')) continue;
    const tracked =
      key === 'metadata' && isMap(value)
        ? Object.fromEntries(Object.entries(value).filter(([name]) => !untracked.has(name)))
        : value;
    if (key === 'metadata' && isMap(tracked) && Object.keys(tracked).length === 0) continue;
    walk(kind, tracked, `f:${key}`, key, found);
  }
  return found;
}

function walk(kind: string, value: unknown, path: string, plain: string, found: Map<string, unknown>): void {
  if (Array.isArray(value)) {
    const shape = listShape(kind, plain);
    if (value.length > 0 && shape === 'set') {
      for (const item of value) found.set(`${path}\nv:${JSON.stringify(item)}`, item);
      return;
    }
    if (value.length > 0 && typeof shape === 'object') {
      for (const item of value) {
        const place = `${path}\nk:${keyOf(item, shape.keys)}`;
        found.set(place, itemHere);
        for (const [key, field] of Object.entries(isMap(item) ? item : {}))
          walk(kind, field, `${place}\nf:${key}`, `${plain}.${key}`, found);
      }
      return;
    }
  }
  if (isMap(value) && Object.keys(value).length > 0 && mapShape(plain) === 'granular') {
    for (const [key, field] of Object.entries(value))
      if (field !== undefined) walk(kind, field, `${path}\nf:${key}`, `${plain}.${key}`, found);
    return;
  }
  found.set(path, value);
}

/** Stands for a list item as such, which is owned apart from its fields. */
const itemHere = Symbol('item');

/** The paths of `after` that are new or have another value than in `before`. */
export function changedFields(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  return new Set(
    [...after].filter(([path, value]) => !before.has(path) || !same(before.get(path), value)).map(([path]) => path),
  );
}

type Tree = { [element: string]: Tree };

/** As fieldsV1 on the wire: nested, with `.` for a thing that is owned and has owned parts. */
export function encodeFields(fields: FieldSet): Tree {
  const root: Tree = {};
  const owned = new Set<Tree>();
  for (const path of fields) {
    let here = root;
    for (const element of path.split('\n')) here = here[element] ??= {};
    owned.add(here);
  }
  for (const tree of owned) if (Object.keys(tree).length > 0) tree['.'] = {};
  return root;
}

export function decodeFields(tree: unknown, prefix = ''): Set<string> {
  const found = new Set<string>();
  for (const [element, below] of Object.entries(isMap(tree) ? tree : {})) {
    if (element === '.') {
      if (prefix !== '') found.add(prefix);
      continue;
    }
    const path = prefix === '' ? element : `${prefix}\n${element}`;
    if (!isMap(below) || Object.keys(below).length === 0) found.add(path);
    else for (const inner of decodeFields(below, path)) found.add(inner);
  }
  return found;
}

/** As conflicts name a field: `.spec.template.spec.containers[name="app"].image`. */
export function pathText(path: string): string {
  return path
    .split('\n')
    .map((element) => {
      const value = element.slice(2);
      if (element.startsWith('f:')) return `.${value}`;
      if (element.startsWith('v:')) return `[=${value}]`;
      const keys = Object.entries(JSON.parse(value) as Record<string, unknown>);
      return `[${keys.map(([key, held]) => `${key}=${JSON.stringify(held)}`).join(',')}]`;
    })
    .join('');
}
