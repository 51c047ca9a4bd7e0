import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

export type Writer = { readonly who: string; readonly path: string; readonly saw: string };

/** Labels that a tool leaves on what it writes. */
const marks: readonly (readonly [RegExp, string])[] = [
  [/^reconcile\.external-secrets\.io\//, 'External Secrets'],
  [/^kustomize\.toolkit\.fluxcd\.io\/name$/, 'Flux'],
  [/^helm\.toolkit\.fluxcd\.io\/name$/, 'Flux'],
  [/^argocd\.argoproj\.io\//, 'Argo CD'],
  [/^kubed\.appscode\.com\/|^config-syncer\.appscode\.com\//, 'kubed'],
  [/^replicator\.v1\.mittwald\.de\//, 'the replicator'],
];

/** Who but cert-manager has left a mark on a Secret: as an owner, by a label, or as a field manager. */
export function writersOf({ metadata }: KubernetesObject): readonly Writer[] {
  const owners = (metadata.ownerReferences ?? [])
    .filter(({ kind }) => kind !== 'Certificate')
    .map(
      ({ kind, name }): Writer => ({
        who: `${kind} ${name}`,
        path: 'metadata.ownerReferences',
        saw: `${kind} ${name}`,
      }),
    );
  const labels = Object.entries(metadata.labels ?? {}).flatMap(([key, value]): readonly Writer[] => {
    const who =
      marks.find(([mark]) => mark.test(key))?.[1] ??
      (key === 'app.kubernetes.io/managed-by' && value === 'Helm' ? 'Helm' : undefined);
    return who ? [{ who, path: `metadata.labels[${key}]`, saw: value }] : [];
  });
  const managers = [...new Set((metadata.managedFields ?? []).flatMap(({ manager }) => manager ?? []))]
    .filter((manager) => !manager.startsWith('cert-manager'))
    .map((manager): Writer => ({ who: manager, path: 'metadata.managedFields', saw: manager }));
  return [...owners, ...labels, ...managers].filter(
    (writer, place, all) => all.findIndex(({ who }) => who === writer.who) === place,
  );
}
