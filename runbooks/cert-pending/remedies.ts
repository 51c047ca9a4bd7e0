import { type Change, type Edit, pointerStep } from '../../src/core/change.ts';
import { at } from '../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../src/core/remedy.ts';

type Wanted = { readonly path: readonly (string | number)[]; readonly to: unknown };

/** A patch of the object as it was seen: what stands there now becomes the way back. */
export function patchOf(object: KubernetesObject, wanted: readonly Wanted[], as: 'patch' | 'status' = 'patch'): Change {
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
function valueAt(object: KubernetesObject, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (here, step) =>
      typeof step === 'string' && here !== null && typeof here === 'object' && !Array.isArray(here)
        ? (here as Record<string, unknown>)[step]
        : at(here, String(step)),
    object,
  );
}

/** What somebody else must do, or a person must decide: shown, never done. */
export function byHand(remedy: {
  readonly id: string;
  readonly title: string;
  readonly commands: readonly string[];
  readonly risk?: Remedy['risk'];
  readonly blockedBy?: string;
}): Remedy {
  return {
    id: remedy.id,
    title: remedy.title,
    risk: remedy.risk ?? 'none',
    automatic: 'no',
    commands: remedy.commands,
    changes: [],
    undo: 'This tool changes nothing here.',
    reversible: true,
    blockedBy: remedy.blockedBy ?? null,
    healsWithin: 300,
  };
}
