import { cutToAllowed } from '../../core/kubernetes/allowed-fields.ts';
import { textAt } from '../../core/kubernetes/field.ts';
import type { Kind } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { redact } from '../../core/redact.ts';
import { keyFits } from './key-fits.ts';

/** Makes an object of JSON from the wire, cut and redacted; undefined where it is none. There is no other way for one into the tool. */
export type ParseObject = (json: unknown, kind: Kind) => KubernetesObject | undefined;

/** `keptConfigMaps`: names of ConfigMaps whose values stay, besides those that always do (allowed-fields.ts). */
export function objectParser(keptConfigMaps: readonly string[]): ParseObject {
  return (json, kind) => {
    if (textAt(json, 'metadata.name') === undefined) return undefined;
    // Items of a list come without their own apiVersion and kind.
    const { apiVersion = kind.apiVersion, kind: name = kind.kind, ...rest } = json as Record<string, unknown>;
    const object = cutToAllowed({ apiVersion, kind: name, ...rest } as unknown as KubernetesObject, keptConfigMaps);
    const fits = name === 'Secret' ? keyFits(json) : undefined;
    return redact(fits === undefined ? object : { ...object, keyFits: fits });
  };
}
