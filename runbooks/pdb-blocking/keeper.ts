import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { ownerElsewhere } from '../../src/core/kubernetes/owner-elsewhere.ts';

export { besideOwner as besideKeeper } from '../../src/core/kubernetes/owner-elsewhere.ts';

/** Who puts this object back as it was: GitOps, Helm, or the object of an operator that controls it. Then a patch here is in vain. */
function keeperOf(object: KubernetesObject): string | undefined {
  const controller = object.metadata.ownerReferences?.find((owner) => owner.controller === true);
  return ownerElsewhere(object) ?? (controller ? `${controller.kind} ${controller.name}` : undefined);
}

/** For a remedy's blockedBy. */
export function keptElsewhere(object: KubernetesObject): string | null {
  const keeper = keeperOf(object);
  return keeper === undefined
    ? null
    : `${object.kind} ${object.metadata.name} is kept by ${keeper}: change it at its source, or it is as before at the next sync`;
}
