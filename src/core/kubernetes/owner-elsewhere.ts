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

/** The commands that change `object`, with those around them that keep its owner from undoing it at once. */
export function besideOwner(object: KubernetesObject, commands: readonly string[]): readonly string[] {
  const labels = textMapAt(object, 'metadata.labels');
  const annotations = textMapAt(object, 'metadata.annotations');
  for (const [label, kind] of [
    ['kustomize.toolkit.fluxcd.io', 'kustomization'],
    ['helm.toolkit.fluxcd.io', 'helmrelease'],
  ] as const) {
    const name = labels[`${label}/name`];
    const place = labels[`${label}/namespace`];
    const of = `${kind} ${name}${place === undefined ? '' : ` -n ${place}`}`;
    if (name !== undefined) return [`flux suspend ${of}`, ...commands, `flux resume ${of}`];
  }
  const argo = (annotations['argocd.argoproj.io/tracking-id'] ?? labels['argocd.argoproj.io/instance'])?.split(':')[0];
  if (argo !== undefined)
    return [`argocd app set ${argo} --sync-policy none`, ...commands, `argocd app set ${argo} --sync-policy automated`];
  return commands;
}
