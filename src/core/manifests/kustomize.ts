import { listAt } from '../kubernetes/field.ts';
import { kindOf } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { secretName } from './generated-secret.ts';
import { imageReference, imageText } from './image-reference.ts';
import { patched } from './merge.ts';
import type { Overlay } from './overlay.ts';

/** The few operations of kustomize that our own overlays use, for machines without kubectl. Edited trees go through kubectl only. */
export function build(
  base: readonly KubernetesObject[],
  overlay: Overlay,
  secret: KubernetesObject | undefined,
): readonly KubernetesObject[] {
  const objects = base
    .map((object) =>
      overlay.patches
        .filter(({ patch }) => isFor(patch, object))
        .reduce((result, { patch }) => patched(result, patch), object),
    )
    .map((object) => inNamespace(object, overlay))
    .map((object) => (object.kind === 'Deployment' ? withPodOf(object, overlay, secret) : object));
  return [...objects, ...overlay.additions.map(({ object }) => object), ...(secret === undefined ? [] : [secret])];
}

function isFor(
  patch: { readonly kind: string; readonly metadata: { readonly name: string } },
  { kind, metadata }: KubernetesObject,
): boolean {
  return patch.kind === kind && patch.metadata.name === metadata.name;
}

/** kustomize stamps cluster-scoped objects of kinds it does not know too; we do not. A Namespace gets the name itself. */
function inNamespace(object: KubernetesObject, { namespace, elsewhere }: Overlay): KubernetesObject {
  if (elsewhere.some(({ kind, name }) => kind === object.kind && name === object.metadata.name)) return object;
  if (object.kind === 'Namespace') return { ...object, metadata: { ...object.metadata, name: namespace } };
  return kindOf(object)?.namespaced === false ? object : { ...object, metadata: { ...object.metadata, namespace } };
}

function withPodOf(
  deployment: KubernetesObject,
  { image }: Overlay,
  secret: KubernetesObject | undefined,
): KubernetesObject {
  const containers = listAt(deployment, 'spec.template.spec.containers').map((container) => {
    const { image: before, env, ...rest } = container as { readonly image: string; readonly env?: readonly unknown[] };
    return {
      ...rest,
      image: imageReference(before).name === image.from ? imageText(image.to) : before,
      ...(env === undefined
        ? {}
        : { env: secret === undefined ? env : env.map((entry) => renamed(entry, secret.metadata.name)) }),
    };
  });
  return patched(deployment, { spec: { template: { spec: { containers } } } });
}

/** A reference to the generated Secret follows it to its name with the suffix. */
function renamed(entry: unknown, name: string): unknown {
  const { valueFrom, ...rest } = entry as {
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string } };
  };
  if (valueFrom?.secretKeyRef?.name !== secretName) return entry;
  return { ...rest, valueFrom: { ...valueFrom, secretKeyRef: { ...valueFrom.secretKeyRef, name } } };
}
