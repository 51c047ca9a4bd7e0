import type { KubernetesObject } from '../kubernetes/object.ts';
import type { Settings } from '../setup/settings.ts';
import type { Hash } from './hash.ts';
import { sharedBase } from './shared-base.ts';

/** One text for one meaning: keys sorted, so that the same objects have the same digest wherever they were rendered. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

const nameOf = ({ apiVersion, kind, metadata }: KubernetesObject): string =>
  `${apiVersion}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;

/** A digest of these objects, whatever their order. Secrets are left out: what is remembered must tell nothing about them. */
export function digestOf(objects: readonly KubernetesObject[], hash: Hash): string {
  const parts = objects
    .filter(({ kind }) => kind !== 'Secret')
    .toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    .map(canonical);
  return `sha256:${hash(`[${parts.join(',')}]`)}`;
}

/** What the gate remembers having passed: the base with the shared answers, and the image. The same for every environment. */
export function gateDigest(base: readonly KubernetesObject[], settings: Settings, hash: Hash): string {
  return `sha256:${hash(`${digestOf(sharedBase(base, settings), hash)} ${settings.image}`)}`;
}
