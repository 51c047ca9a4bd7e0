import { timeAt } from '../../../src/core/kubernetes/field.ts';
import { isOwnedBy, type KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { type PodTrouble, podTrouble } from '../../../src/core/kubernetes/pod-trouble.ts';
import type { PdbView } from '../view.ts';
import { isTerminating } from '../workload.ts';

/** A rollout under way: the new version and what is left of the old one. */
export type Rollout = {
  readonly now: Date;
  readonly deployment: KubernetesObject;
  /** Of the present template; undefined until the Deployment's controller has made it. */
  readonly fresh: KubernetesObject | undefined;
  /** The others, newest first. */
  readonly old: readonly KubernetesObject[];
  /** Pods of the new version that are not ending. */
  readonly freshPods: readonly KubernetesObject[];
  /** Pods of older versions, those that are ending among them. */
  readonly oldPods: readonly KubernetesObject[];
};

/** The rollout under way, or undefined where there is none: then no cause of a rollout is to be named. */
export function rolloutOf(view: PdbView): Rollout | undefined {
  const { deployment } = view;
  if (!deployment || !view.isRollingOut) return undefined;
  const fresh = view.newSet();
  const pods = view.pods();
  return {
    now: view.sight.now,
    deployment,
    fresh,
    old: view.sets().filter((set) => set !== fresh),
    freshPods: pods.filter((pod) => fresh !== undefined && isOwnedBy(pod, fresh) && !isTerminating(pod)),
    oldPods: pods.filter((pod) => fresh === undefined || !isOwnedBy(pod, fresh)),
  };
}

export type Troubled = { readonly pod: KubernetesObject; readonly trouble: PodTrouble };

/** The oldest pod of the new version with a trouble of this kind: it had the most time. */
export function firstIn(
  { freshPods, now }: Pick<Rollout, 'freshPods' | 'now'>,
  ...kinds: readonly PodTrouble['is'][]
): Troubled | undefined {
  return freshPods
    .toSorted((a, b) => bornAt(a) - bornAt(b))
    .flatMap((pod) => {
      const trouble = podTrouble(pod, now);
      return trouble && kinds.includes(trouble.is) ? [{ pod, trouble }] : [];
    })[0];
}

const bornAt = (pod: KubernetesObject): number => timeAt(pod, 'metadata.creationTimestamp')?.getTime() ?? 0;
