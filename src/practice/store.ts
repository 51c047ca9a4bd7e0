import { type Kind, kindOf } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';

/** An object that is no more, so that controllers know that something changed. */
export type Gone = { readonly object: KubernetesObject; readonly version: number };

/** The objects of the practice cluster. Values are replaced whole, never changed; every write takes the next version, as in etcd. */
export class Store {
  readonly #objects = new Map<string, KubernetesObject>();
  #gone: Gone[] = [];
  #version = 1000;
  #all: readonly KubernetesObject[] | undefined;

  /** The version of the last write. */
  get version(): number {
    return this.#version;
  }

  /** Everything, ordered by kind, namespace and name. */
  all(): readonly KubernetesObject[] {
    this.#all ??= [...this.#objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
    return this.#all;
  }

  of(kind: Kind, namespace?: string): readonly KubernetesObject[] {
    return this.all().filter(
      (object) =>
        object.kind === kind.kind &&
        object.apiVersion === kind.apiVersion &&
        (namespace === undefined || object.metadata.namespace === namespace),
    );
  }

  get(kind: Kind, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.#objects.get(keyOf(kind, namespace, name));
  }

  /** Stores `object` as it is, with the next resourceVersion. */
  put(kind: Kind, object: KubernetesObject): KubernetesObject {
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.#objects.set(keyOf(kind, object.metadata.namespace, object.metadata.name), stored);
    this.#all = undefined;
    return stored;
  }

  drop(kind: Kind, object: KubernetesObject): void {
    if (!this.#objects.delete(keyOf(kind, object.metadata.namespace, object.metadata.name))) return;
    this.#version += 1;
    this.#gone = [...this.#gone, { object, version: this.#version }];
    this.#all = undefined;
  }

  gone(): readonly Gone[] {
    return this.#gone;
  }
}

/** Sorted as etcd sorts: by resource, then namespace, then name. */
const keyOf = (kind: Kind, namespace: string | undefined, name: string): string =>
  [kind.plural, kind.apiVersion, kind.namespaced ? (namespace ?? '') : '', name].join('\u0000');

export function knownKind(object: { readonly apiVersion: string; readonly kind: string }): Kind {
  const kind = kindOf(object);
  if (!kind) throw new Error(`the practice cluster does not know ${object.apiVersion} ${object.kind}`);
  return kind;
}

/** The version of an object as a number, for "has it changed since". */
export const versionOf = (object: KubernetesObject): number => Number(object.metadata.resourceVersion ?? 0);
