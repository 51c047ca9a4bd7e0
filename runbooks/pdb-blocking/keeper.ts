import { textMapAt } from '../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { ownerElsewhere } from '../../src/core/kubernetes/owner-elsewhere.ts';

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

/** The commands that change `object`, with those around them that keep its keeper from undoing it at once. */
export function besideKeeper(object: KubernetesObject, commands: readonly string[]): readonly string[] {
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
