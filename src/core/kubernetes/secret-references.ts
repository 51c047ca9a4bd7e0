import { listAt, textAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

/** Whether a pod, or what makes pods, refers to this Secret: by variables, volumes or to pull its image. `path` leads to the pod's spec. */
export function refersToSecret(object: KubernetesObject, path: string, secret: string): boolean {
  const containers = ['containers', 'initContainers'].flatMap((key) => listAt(object, `${path}.${key}`));
  return (
    containers.some(
      (container) =>
        listAt(container, 'env').some((entry) => textAt(entry, 'valueFrom.secretKeyRef.name') === secret) ||
        listAt(container, 'envFrom').some((entry) => textAt(entry, 'secretRef.name') === secret),
    ) ||
    listAt(object, `${path}.imagePullSecrets`).some((entry) => textAt(entry, 'name') === secret) ||
    listAt(object, `${path}.volumes`).some(
      (volume) =>
        textAt(volume, 'secret.secretName') === secret ||
        listAt(volume, 'projected.sources').some((source) => textAt(source, 'secret.name') === secret),
    )
  );
}
