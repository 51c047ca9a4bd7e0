import { textMapAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

/** Who else renders this object, or undefined: what GitOps or Helm own would be put back by them. */
export function ownerElsewhere(live: KubernetesObject): string | undefined {
  const labels = textMapAt(live, 'metadata.labels');
  const annotations = textMapAt(live, 'metadata.annotations');
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name'];
  if (flux !== undefined) return `Flux (${flux})`;
  const argo = annotations['argocd.argoproj.io/tracking-id'] ?? labels['argocd.argoproj.io/instance'];
  if (argo !== undefined) return `Argo CD (${argo.split(':')[0]})`;
  const helm = annotations['meta.helm.sh/release-name'];
  return helm === undefined ? undefined : `Helm (release ${helm})`;
}
