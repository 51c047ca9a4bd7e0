import type { Change } from '../../../src/core/change.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { patchOf } from '../../../src/core/patch-of.ts';

const annotation = 'orion-setup/touched';

/** Any change of a Challenge has cert-manager look at it at once, however long it meant to wait (pkg/controller/acmechallenges). */
export function touch(challenge: KubernetesObject, now: Date): Change {
  const path = ['metadata', 'annotations'];
  const value = secondsOf(now);
  return patchOf(challenge, [
    challenge.metadata.annotations === undefined
      ? { path, to: { [annotation]: value } }
      : { path: [...path, annotation], to: value },
  ]);
}

export const touchCommand = ({ metadata }: KubernetesObject, now: Date): string =>
  `kubectl -n ${metadata.namespace} annotate challenge ${metadata.name} --overwrite ${annotation}=${secondsOf(now)}`;

const secondsOf = (now: Date): string => String(Math.floor(now.getTime() / 1000));
