import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { currentBed } from './bed/bed.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * kubectl calls these two configured at every client-side apply, though nothing changes: a budget's selector is always sent whole
 * (its patch strategy is `replace`), and kustomize breaks a Secret's base64 into lines, which the API server joins.
 */
export const alwaysConfigured = /^(secret|poddisruptionbudget.policy)\/\S+ configured$/;

/**
 * The live objects of a kustomization, each without its status, which controllers write whenever they like, and without what only
 * says who wrote the rest and when.
 */
export async function liveObjects(overlay: string): Promise<readonly object[]> {
  return (await read(overlay)).map(({ status: _status, metadata, ...object }) => {
    // Of a Deployment the generation counts its annotations too.
    const { resourceVersion: _version, generation: _generation, managedFields: _fields, ...kept } = metadata;
    const { [lastApplied]: _text, ...annotations } = kept.annotations ?? {};
    return { ...object, metadata: { ...kept, annotations } };
  });
}

/** For each of them, whether kubectl's client-side apply left its annotation. */
export const appliedByKubectl = async (overlay: string): Promise<readonly boolean[]> =>
  (await read(overlay)).map(({ metadata }) => lastApplied in (metadata.annotations ?? {}));

async function read(overlay: string): Promise<readonly KubernetesObject[]> {
  return JSON.parse(await currentBed().kubectl(`get -k ${overlay} -o json`)).items;
}
