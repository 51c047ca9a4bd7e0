import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { ownerElsewhere } from '../../src/core/kubernetes/owner-elsewhere.ts';

/** Who puts this object back as it was: GitOps, Helm, or the object of an operator that controls it. Then a patch here is in vain. */
export function keeperOf(object: KubernetesObject): string | undefined {
  const controller = object.metadata.ownerReferences?.find((owner) => owner.controller === true);
  return ownerElsewhere(object) ?? (controller ? `${controller.kind} ${controller.name}` : undefined);
}

/** For a remedy's blockedBy. */
export function keptElsewhere(object: KubernetesObject): string | null {
  const keeper = keeperOf(object);
  return keeper === undefined
    ? null
    : `${object.kind} ${object.metadata.name} is kept by ${keeper}: change it there, or suspend that, patch, and resume`;
}
