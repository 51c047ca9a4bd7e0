import { applyPatch, type Operation } from 'rfc6902';
import type { Kind } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import {
  badRequest,
  invalid,
  modifiedSince,
  notInPractice,
  refusal,
  requiredValue,
  unprocessablePatch,
} from './api-status.ts';
import { type By, type Cluster, timeText } from './cluster.ts';
import type { Part } from './field-sets.ts';
import { fieldsOf } from './field-sets.ts';
import { isMap, merged } from './json.ts';
import { withOwners } from './managed-fields.ts';
import { nextMain } from './next-object.ts';
import { applied } from './server-side-apply.ts';
import { validate } from './validation.ts';
import { checkNamespace, commit, create, replace } from './writes.ts';

/** A PATCH of an object that is there: JSON patch or merge patch. */
export function patched(
  cluster: Cluster,
  kind: Kind,
  current: KubernetesObject,
  body: unknown,
  contentType: string,
  part: Part,
  by: By,
): KubernetesObject {
  return replace(cluster, kind, current, patchedObject(current, body, contentType), part, by);
}

function patchedObject(current: KubernetesObject, body: unknown, contentType: string): KubernetesObject {
  if (contentType === 'application/merge-patch+json') {
    if (!isMap(body)) throw badRequest('error decoding patch: json: cannot unmarshal into a JSON object');
    return merged(current, body) as KubernetesObject;
  }
  if (contentType === 'application/strategic-merge-patch+json') throw notInPractice('strategic merge patches');
  if (contentType !== 'application/json-patch+json') {
    throw refusal(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  }
  if (!Array.isArray(body))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  const copy: unknown = structuredClone(current);
  const failed = applyPatch(copy, body as Operation[]).find((error) => error !== null);
  if (failed) throw unprocessablePatch();
  return copy as KubernetesObject;
}

/** Server-side apply, which makes the object where there is none. */
export function applyObject(
  cluster: Cluster,
  kind: Kind,
  current: KubernetesObject | undefined,
  config: KubernetesObject,
  by: By & { readonly force: boolean },
): KubernetesObject {
  if (by.manager === '')
    throw invalid({ ...kind, kind: 'PatchOptions', apiVersion: 'meta.k8s.io/v1' }, '', [
      requiredValue('fieldManager', 'is required for apply patch'),
    ]);
  if (config.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
  const time = timeText(cluster.now());
  if (!current) {
    checkNamespace(cluster, kind, config.metadata.namespace, config.metadata.name);
    const fields = new Set(fieldsOf(kind.kind, config, 'main').keys());
    const owned = withOwners(config, [
      { manager: by.manager, operation: 'Apply', apiVersion: kind.apiVersion, part: 'main', time, fields },
    ]);
    return create(cluster, kind, owned, by);
  }
  const { resourceVersion } = config.metadata;
  if (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion)
    throw modifiedSince(kind, current.metadata.name);
  const result = applied(current, config, { manager: by.manager, force: by.force, time });
  const managed = result.metadata.managedFields;
  const next = nextMain(cluster, kind, current, result);
  validate(kind, next, current);
  return commit(
    cluster,
    kind,
    current,
    { ...next, metadata: { ...next.metadata, ...(managed ? { managedFields: managed } : {}) } },
    by.dryRun,
  );
}
