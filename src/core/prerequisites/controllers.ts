import { listAt, textAt, textMapAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';

/** Recognises the workloads of the components by the images they run: names and labels differ from chart to chart. */

const imagesOf = (workload: KubernetesObject): readonly string[] =>
  listAt(workload, 'spec.template.spec.containers').flatMap((container) => textAt(container, 'image') ?? []);

/** The image's path without registry, tag and digest. A mirror keeps the end of it. */
const pathOf = (image: string): string => image.split('@')[0]?.replace(/:[^:/]*$/, '') ?? '';

const runs =
  (pattern: RegExp) =>
  (all: readonly KubernetesObject[]): readonly KubernetesObject[] =>
    all.filter((workload) => imagesOf(workload).some((image) => pattern.test(pathOf(image))));

export const certManagers = runs(/(^|\/)cert-manager-controller$/);
export const prometheusOperators = runs(/(^|\/)prometheus-operator$/);

/** Of ingress-nginx' own images `controller` says little: the label or the path tells it from other controllers. */
export function ingressControllers(all: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return all.filter((workload) => {
    const labels = textMapAt(workload, 'metadata.labels');
    const isOurs = labels['app.kubernetes.io/name'] === 'ingress-nginx' || /ingress-nginx/.test(workload.metadata.name);
    return imagesOf(workload).some((image) => {
      const path = pathOf(image);
      return (
        /(^|\/)(ingress-nginx\/controller(-chroot)?|nginx-ingress-controller)$/.test(path) ||
        (isOurs && /(^|\/)controller(-chroot)?$/.test(path))
      );
    });
  });
}

/** The version that a workload says of itself: its image's tag, else its label. Null where neither tells. */
export function versionOf(workload: KubernetesObject, image: RegExp): string | null {
  const tags = imagesOf(workload).flatMap((one) =>
    image.test(pathOf(one)) ? (/:([^:/@]+)(@|$)/.exec(one)?.[1] ?? []) : [],
  );
  const label = textMapAt(workload, 'metadata.labels')['app.kubernetes.io/version'];
  return [...tags, ...(label === undefined ? [] : [label])].find((text) => /^v?\d+\.\d+/.test(text)) ?? null;
}
