import type { KubernetesObject, ObjectRef } from './kubernetes/object.ts';
import type { AlertmanagerAddress } from './look.ts';

/**
 * One change to a cluster. Partial server-side applies cannot be written down: `apply` takes the whole object as rendered, since a
 * partial one by the manager that owns the rest would delete the rest.
 */
export type Change =
  | { readonly do: 'apply'; readonly object: KubernetesObject }
  | { readonly do: 'create'; readonly object: KubernetesObject }
  | {
      readonly do: 'patch';
      readonly ref: ObjectRef;
      readonly uid: string;
      readonly resourceVersion: string;
      readonly edits: readonly Edit[];
    }
  /** The same as patch, on the status subresource. */
  | {
      readonly do: 'status';
      readonly ref: ObjectRef;
      readonly uid: string;
      readonly resourceVersion: string;
      readonly edits: readonly Edit[];
    }
  | { readonly do: 'delete'; readonly ref: ObjectRef; readonly uid: string }
  | { readonly do: 'evict'; readonly ref: ObjectRef; readonly uid: string }
  /** An alert posted to an Alertmanager; `ref` is its Service. The same one with another end replaces it. */
  | {
      readonly do: 'alert';
      readonly ref: ObjectRef;
      readonly alertmanager: AlertmanagerAddress;
      readonly alert: PostedAlert;
    };

export type PostedAlert = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  /** By then it has ended by itself. */
  readonly endsAt: string;
};

/** One field before and after. `undefined` means absent. */
export type Edit = {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly from: unknown;
  readonly to: unknown;
};

export type JsonPatch = readonly (
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
)[];

export function targetOf(change: Change): ObjectRef {
  if ('ref' in change) return change.ref;
  const { apiVersion, kind, metadata } = change.object;
  return { apiVersion, kind, name: metadata.name, ...(metadata.namespace ? { namespace: metadata.namespace } : {}) };
}

/** The JSON patch of a patch change. It begins with tests, so that a stale preview fails instead of overwriting. */
export function jsonPatch(change: Extract<Change, { do: 'patch' | 'status' }>): JsonPatch {
  return [
    { op: 'test', path: '/metadata/uid', value: change.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: change.resourceVersion },
    ...change.edits.map(({ pointer, from, to }) =>
      to === undefined
        ? ({ op: 'remove', path: pointer } as const)
        : ({ op: from === undefined ? 'add' : 'replace', path: pointer, value: to } as const),
    ),
  ];
}

/** A step of a JSON pointer: `~` and `/` in a key are escaped (RFC 6901, 3). */
export const pointerStep = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The edits that take `edits` back, last one first. */
export function reversed(edits: readonly Edit[]): readonly Edit[] {
  return edits.map(({ pointer, from, to }) => ({ pointer, from: to, to: from })).toReversed();
}

/** The value at a JSON pointer (RFC 6901), or undefined where there is none. */
export function atPointer(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>((here, step) => {
    if (here === null || typeof here !== 'object') return undefined;
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return Array.isArray(here) ? here[Number(key)] : (here as Record<string, unknown>)[key];
  }, value);
}
