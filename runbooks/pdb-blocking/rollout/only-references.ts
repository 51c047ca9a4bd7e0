import { at, listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

const isAsked = (reference: unknown): boolean => reference !== undefined && at(reference, 'optional') !== true;

/**
 * Whether CreateContainerConfigError of this container can only be about a Secret or ConfigMap that its variables take something from. The
 * kubelet gives that reason for these, for an image that would run as root, and for a part of a volume (pkg/kubelet/kuberuntime,
 * generateContainerConfig).
 */
export function failsOnVariables(pod: KubernetesObject, name: string | undefined): boolean {
  const container = ['spec.initContainers', 'spec.containers']
    .flatMap((list) => listAt(pod, list))
    .find((one) => textAt(one, 'name') === name);
  if (!container) return false;
  const setting = (field: string) =>
    at(container, `securityContext.${field}`) ?? at(pod, `spec.securityContext.${field}`);
  const mayBeRoot = setting('runAsNonRoot') === true && !(Number(setting('runAsUser') ?? 0) > 0);
  const hasParts = listAt(container, 'volumeMounts').some(
    (mount) => (textAt(mount, 'subPath') ?? textAt(mount, 'subPathExpr') ?? '') !== '',
  );
  const takes = [
    ...listAt(container, 'env').flatMap((entry) => [
      at(entry, 'valueFrom.secretKeyRef'),
      at(entry, 'valueFrom.configMapKeyRef'),
    ]),
    ...listAt(container, 'envFrom').flatMap((entry) => [at(entry, 'secretRef'), at(entry, 'configMapRef')]),
  ];
  return !mayBeRoot && !hasParts && takes.some(isAsked);
}

/** Volumes that the kubelet makes by itself: of these, mounting fails on nothing but a Secret or ConfigMap that is not as it is named. */
const ownKinds: readonly string[] = ['secret', 'configMap', 'projected', 'emptyDir', 'downwardAPI'];

/** Whether a FailedMount of this pod that lasts can only be about a Secret or ConfigMap. */
export function failsOnMounts(pod: KubernetesObject): boolean {
  const volumes = listAt(pod, 'spec.volumes');
  const kindsOf = (volume: unknown): readonly string[] => Object.keys(volume as object).filter((key) => key !== 'name');
  return (
    volumes.every((volume) => kindsOf(volume).every((kind) => ownKinds.includes(kind))) &&
    volumes.some((volume) => isAsked(at(volume, 'secret')) || isAsked(at(volume, 'configMap')))
  );
}
