import { type Kind, kindOf } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { World } from '../../core/scenario.ts';
import type { RandomNames } from '../random-names.ts';
import type { RecordedRefusal } from '../recorded-refusals.ts';
import type { Signer } from '../signer.ts';
import { type Gone, type Store, versionOf } from '../store.ts';

/** One change that a controller wants. `by` is its field manager, and the source of its events. */
export type Write =
  | { readonly do: 'create'; readonly object: KubernetesObject; readonly by: string }
  | { readonly do: 'update'; readonly object: KubernetesObject; readonly by: string }
  | { readonly do: 'status'; readonly object: KubernetesObject; readonly status: unknown; readonly by: string }
  /** Annotations that come along with a status, which makes no generation. */
  | {
      readonly do: 'annotate';
      readonly object: KubernetesObject;
      readonly annotations: Readonly<Record<string, string>>;
    }
  | { readonly do: 'delete'; readonly object: KubernetesObject }
  /** Takes an object away although it was only marked: what a kubelet does with a pod that has ended. */
  | { readonly do: 'end'; readonly object: KubernetesObject }
  | {
      readonly do: 'event';
      readonly about: KubernetesObject;
      readonly type: 'Normal' | 'Warning';
      readonly reason: string;
      readonly message: string;
      readonly by: string;
    }
  /** What a real controller keeps in its process: given back by `recall` at its next turn. */
  | { readonly do: 'remember'; readonly about: string; readonly value: unknown };

/** What a controller wants now, and when it wants to be asked again though nothing changed. */
export type Turn = { readonly writes: readonly Write[]; readonly due?: Date | undefined };

/** A controller: a pure function of what it sees. */
export type Controller = { readonly name: string; readonly reconcile: (view: View) => Turn };

/**
 * What controllers see. A scenario is loaded with the statuses that were recorded; they stay until something stirs: an object changed
 * or went after the loading, the world changed, or a moment came that lay ahead then.
 */
export type View = {
  readonly now: Date;
  readonly world: World;
  readonly worldStirred: boolean;
  readonly loadedAt: Date;
  /** Whether the story of the scenario is healed by time alone. */
  readonly timeHeals: boolean;
  /** Changes with every write and every change of the world. */
  readonly version: string;
  readonly names: RandomNames;
  readonly signer: Signer;
  readonly objects: readonly KubernetesObject[];
  readonly of: (kind: Kind, namespace?: string) => readonly KubernetesObject[];
  readonly get: (kind: Kind, namespace: string | undefined, name: string) => KubernetesObject | undefined;
  /** Whether this object was written since the loading. */
  readonly isStirred: (object: KubernetesObject) => boolean;
  /** Whether an object of this kind, there or gone, that answers to `which` stirred. */
  readonly stirred: (kind: Kind, which: (object: KubernetesObject) => boolean) => boolean;
  readonly recall: (about: string) => unknown;
  /** By `namespace/pod-template-hash`: a pod that was recorded as broken. */
  readonly brokenTemplates: ReadonlyMap<string, KubernetesObject>;
  /** What a CA was recorded to answer, by host for a validation and by the issuer's name for an Order. */
  readonly recordedRefusals: ReadonlyMap<string, RecordedRefusal>;
  /** Whether the CA still answers so: until somebody changes something, unless the story says that another try succeeds. */
  readonly holdsRecordedRefusals: boolean;
};

/** What the loading of a scenario leaves behind. */
export type Loading = Pick<View, 'brokenTemplates' | 'recordedRefusals' | 'loadedAt'> & { readonly version: number };

/** A story that time heals stays as recorded for so long; then all of it is live. */
export const stillnessSeconds = 10;

type Given = Pick<
  View,
  'now' | 'world' | 'worldStirred' | 'timeHeals' | 'version' | 'names' | 'signer' | 'recall' | 'holdsRecordedRefusals'
>;

export function viewOf(store: Store, { version, ...loading }: Loading, given: Given): View {
  const isAwake = given.timeHeals && given.now >= later(loading.loadedAt, stillnessSeconds);
  const isStirred = (object: KubernetesObject): boolean => isAwake || versionOf(object) > version;
  const gone = store.gone().filter((item: Gone) => item.version > version);
  return {
    ...given,
    ...loading,
    objects: store.all(),
    of: (kind, namespace) => store.of(kind, namespace),
    get: (kind, namespace, name) => store.get(kind, namespace, name),
    isStirred,
    stirred: (kind, which) =>
      store.of(kind).some((object) => isStirred(object) && which(object)) ||
      gone.some(({ object }) => kindOf(object) === kind && which(object)),
  };
}

/** The earliest of the moments given. */
export function earliest(...moments: readonly (Date | undefined)[]): Date | undefined {
  return moments.reduce(
    (first, moment) => (moment !== undefined && (first === undefined || moment < first) ? moment : first),
    undefined,
  );
}

export const later = (moment: Date, seconds: number): Date => new Date(moment.getTime() + seconds * 1000);

/** Joins the turns of a controller's objects to one. */
export function joined(turns: readonly Turn[]): Turn {
  return { writes: turns.flatMap(({ writes }) => writes), due: earliest(...turns.map(({ due }) => due)) };
}

export const idle: Turn = { writes: [] };
