import { type Change, type Edit, pointerStep } from './change.ts';
import { type KubernetesObject, refTo } from './kubernetes/object.ts';

type Steps = readonly (string | number)[];

/** A patch of the object as it was seen: what stands there now becomes the way back. `to: undefined` takes the field out. */
export function patchOf(
  object: KubernetesObject,
  wanted: readonly { readonly path: Steps; readonly to: unknown }[],
  as: 'patch' | 'status' = 'patch',
): Change {
  return {
    do: as,
    ref: refTo(object),
    uid: object.metadata.uid ?? '',
    resourceVersion: object.metadata.resourceVersion ?? '',
    edits: wanted.map(
      ({ path, to }): Edit => ({
        pointer: `/${path.map((step) => pointerStep(String(step))).join('/')}`,
        from: valueAt(object, path),
        to,
      }),
    ),
  };
}

/** By steps, since keys of annotations hold dots. */
function valueAt(object: KubernetesObject, path: Steps): unknown {
  return path.reduce<unknown>(
    (here, step) =>
      here !== null && typeof here === 'object' ? (here as Record<string | number, unknown>)[step] : undefined,
    object,
  );
}
