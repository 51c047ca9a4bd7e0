import { at, textAt, textMapAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { certManagers, ingressControllers, prometheusOperators, versionOf } from './controllers.ts';
import { crdOf, crds, type See, workloads } from './looks.ts';

/** The components whose version is told by what runs, by their CRDs and by Helm. */
export type Component = 'cert-manager' | 'prometheus-operator' | 'ingress-nginx';

/** Where a version stands. */
export type VersionSeen = { readonly from: string; readonly version: string };

/** A release of Helm, as it marks what it makes. The Secrets in which Helm keeps releases are not read: they hold all values. */
export type HelmRelease = { readonly name: string; readonly namespace: string; readonly chart: string | null };

const images: Readonly<Record<Component, RegExp>> = {
  'cert-manager': /cert-manager-controller$/,
  'prometheus-operator': /prometheus-operator$/,
  'ingress-nginx': /controller(-chroot)?$/,
};

const running: Readonly<Record<Component, (all: readonly KubernetesObject[]) => readonly KubernetesObject[]>> = {
  'cert-manager': certManagers,
  'prometheus-operator': prometheusOperators,
  'ingress-nginx': ingressControllers,
};

export const workloadsOf = (see: See, id: Component): readonly KubernetesObject[] => running[id](workloads(see).found);

/** What runs comes first: CRDs may be newer or older than it. */
export function versionsOf(see: See, id: Component): readonly VersionSeen[] {
  return [...workloadsOf(see, id).flatMap((one) => ofWorkload(one, id)), ...ofDefinitions(see, id)];
}

function ofWorkload(workload: KubernetesObject, id: Component): readonly VersionSeen[] {
  const version = versionOf(workload, images[id]);
  const { namespace, name } = workload.metadata;
  return version === null ? [] : [{ from: `${workload.kind}/${namespace}/${name}`, version }];
}

/** cert-manager labels its CRDs, the operator annotates its own. */
function ofDefinitions(see: See, id: Component): readonly VersionSeen[] {
  if (id === 'ingress-nginx') return [];
  return crds[id].flatMap((name) => {
    const crd = see(crdOf(name));
    if (!crd.ok) return [];
    const said = textMapAt(crd.value, 'metadata.annotations')['operator.prometheus.io/version'];
    const version = said ?? textMapAt(crd.value, 'metadata.labels')['app.kubernetes.io/version'];
    return version !== undefined && /^v?\d+\.\d+/.test(version)
      ? [{ from: `CustomResourceDefinition/${name}`, version }]
      : [];
  });
}

export function helmReleaseOf(see: See, id: Component): HelmRelease | null {
  for (const workload of workloadsOf(see, id)) {
    const annotations = textMapAt(workload, 'metadata.annotations');
    const name = annotations['meta.helm.sh/release-name'];
    const namespace = annotations['meta.helm.sh/release-namespace'] ?? textAt(workload, 'metadata.namespace');
    const isWord = (text: string | undefined): text is string =>
      text !== undefined && /^[a-z0-9][a-z0-9.-]*$/.test(text);
    if (at(workload, 'metadata.labels') === undefined || !isWord(name) || !isWord(namespace)) continue;
    return { name, namespace, chart: textMapAt(workload, 'metadata.labels')['helm.sh/chart'] ?? null };
  }
  return null;
}
