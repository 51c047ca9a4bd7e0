import rendered from '../../../templates/rendered/base.json' with { type: 'json' };
import type { KubernetesObject } from '../kubernetes/object.ts';

/** templates/base as kustomize renders it, committed so that no kubectl is needed. Made by tools/render-base.mjs; a test holds it current. */
export const shippedBase: readonly KubernetesObject[] = rendered as readonly KubernetesObject[];
