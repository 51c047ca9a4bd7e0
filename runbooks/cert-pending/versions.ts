import { coerce, gte, type SemVer } from 'semver';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { certManagers, ingressControllers, versionOf } from '../../src/core/prerequisites/controllers.ts';
import type { Sight } from '../../src/core/sight.ts';
import { ingressNamespace } from './view.ts';

/** Where cert-manager's own chart and manifests put it. */
export const certManagerNamespace = 'cert-manager';

/** What runs, as its Deployment's image tells; null where that was not seen. A fault is never judged by it alone, only the advice is. */
export function certManagerVersion(sight: Sight): SemVer | null {
  return versionIn(sight, certManagerNamespace, certManagers, /cert-manager-controller$/);
}

export function ingressNginxVersion(sight: Sight): SemVer | null {
  return versionIn(sight, ingressNamespace, ingressControllers, /controller(-chroot)?$/);
}

/** Whether a feature of `since` can be there: an unseen version may have it, so the advice names it too. */
export const mayHave = (version: SemVer | null, since: string): boolean => version === null || gte(version, since);

function versionIn(sight: Sight, namespace: string, pick: typeof certManagers, image: RegExp): SemVer | null {
  const deployments = sight.tryList(kinds.Deployment, namespace);
  if (!deployments.ok) return null;
  const told = pick(deployments.value).map((one) => versionOf(one, image));
  return coerce(told.find((version) => version !== null) ?? null);
}
