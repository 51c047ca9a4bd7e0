import { numberAt, textAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

/** Those of the namespace's autoscalers that scale this Deployment. */
export const scalersOf = (
  deployment: KubernetesObject | undefined,
  all: readonly KubernetesObject[],
): readonly KubernetesObject[] =>
  all.filter(
    (scaler) =>
      textAt(scaler, 'spec.scaleTargetRef.kind') === 'Deployment' &&
      textAt(scaler, 'spec.scaleTargetRef.name') === deployment?.metadata.name,
  );

/** An absent number is 1 (autoscaling/v2). */
export const leastOf = (scaler: KubernetesObject): number => numberAt(scaler, 'spec.minReplicas') ?? 1;
export const mostOf = (scaler: KubernetesObject): number => numberAt(scaler, 'spec.maxReplicas') ?? 1;

/**
 * How many pods a Deployment is to come to. Manifests that leave the number out make one of 1 pod, and it is so until its autoscaler looks,
 * every 15 s by default: what that one keeps at least counts before. A Deployment scaled to 0 is left alone by it.
 */
export function wantedWith(deployment: KubernetesObject, all: readonly KubernetesObject[]): number {
  const now = numberAt(deployment, 'spec.replicas') ?? 1;
  return now === 0 ? 0 : Math.max(now, ...scalersOf(deployment, all).map(leastOf));
}
