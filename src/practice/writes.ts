import { type Kind, kinds, resourceName } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { admit } from './admission.ts';
import { alreadyExists, badRequest, invalid, modifiedSince, notFound, refusal, requiredValue } from './api-status.ts';
import { type By, type Cluster, hasGeneration, hasStatus, timeText } from './cluster.ts';
import { dropFinished } from './deletion.ts';
import type { Part } from './field-sets.ts';
import { type JsonMap, same, without } from './json.ts';
import { ownersAfterUpdate, withOwners } from './managed-fields.ts';
import { nextMain, withDefaults } from './next-object.ts';
import { validate } from './validation.ts';

/** Creates an object. Fields that only the server sets are set; status waits for its own writes, unless `withStatus` plants it. */
export function create(cluster: Cluster, kind: Kind, given: KubernetesObject, by: By): KubernetesObject {
  const named = withName(cluster, kind, given);
  const { name, namespace } = named.metadata;
  checkNamespace(cluster, kind, namespace, name);
  if (cluster.store.get(kind, namespace, name)) throw alreadyExists(kind, name);
  const fresh = freshObject(cluster, kind, named);
  validate(kind, fresh, undefined);
  admit(cluster.store, fresh);
  const owned = fresh.metadata.managedFields
    ? fresh
    : withOwners(
        fresh,
        ownersAfterUpdate(
          undefined,
          { ...fresh, status: undefined },
          { manager: by.manager, part: 'main', time: timeText(cluster.now()) },
        ),
      );
  return by.dryRun ? withVersion(owned, cluster.store.version) : cluster.store.put(kind, owned);
}

/** A new object as the server would store it: its own fields set, defaults filled in, status left out. */
function freshObject(cluster: Cluster, kind: Kind, named: KubernetesObject): KubernetesObject {
  const { resourceVersion: _, generation: _generation, ...metadata } = named.metadata;
  const bare = {
    ...(hasStatus(kind.kind) ? (without(named, 'status') as KubernetesObject) : named),
    metadata: {
      ...metadata,
      uid: cluster.names.uid(),
      creationTimestamp: timeText(cluster.now()),
      ...(hasGeneration(kind.kind) ? { generation: 1 } : {}),
    },
  };
  return withDefaults(cluster, bare);
}

/** Replaces one part of a stored object by `given`; the other part, and what only the server sets, stay. */
export function replace(
  cluster: Cluster,
  kind: Kind,
  current: KubernetesObject,
  given: KubernetesObject,
  part: Part,
  by: By,
): KubernetesObject {
  const { resourceVersion, uid } = given.metadata;
  if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== current.metadata.resourceVersion) {
    throw modifiedSince(kind, current.metadata.name);
  }
  if (uid !== undefined && uid !== '' && uid !== current.metadata.uid) {
    throw refusal(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${resourceName(kind)} "${current.metadata.name}": Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
      { name: current.metadata.name, kind: kind.plural },
    );
  }
  const next = part === 'status' ? { ...current, status: given['status'] } : nextMain(cluster, kind, current, given);
  if (part === 'main') validate(kind, next, current);
  return store(cluster, kind, current, next, part, by);
}

/** Stores `next` over `current` where it differs, with its managers, or for a dry run only tells what it would be. */
export function store(
  cluster: Cluster,
  kind: Kind,
  current: KubernetesObject,
  next: KubernetesObject,
  part: Part,
  by: By,
): KubernetesObject {
  if (same(unmanaged(current), unmanaged(next))) return current;
  const owned = withOwners(
    next,
    ownersAfterUpdate(current, next, { manager: by.manager, part, time: timeText(cluster.now()) }),
  );
  return commit(cluster, kind, current, owned, by.dryRun);
}

/** Writes an object whose managedFields are already right. */
export function commit(
  cluster: Cluster,
  kind: Kind,
  current: KubernetesObject,
  next: KubernetesObject,
  dryRun: boolean,
): KubernetesObject {
  if (same(current, next)) return current;
  if (dryRun) return withVersion(next, cluster.store.version);
  const stored = cluster.store.put(kind, next);
  dropFinished(cluster, kind, stored);
  return stored;
}

const unmanaged = (object: KubernetesObject): JsonMap => ({
  ...object,
  metadata: without(object.metadata, 'managedFields', 'resourceVersion'),
});

const withVersion = (object: KubernetesObject, version: number): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: object.metadata.resourceVersion ?? String(version) },
});

function withName(cluster: Cluster, kind: Kind, given: KubernetesObject): KubernetesObject {
  const { name, ...metadata } = given.metadata as { readonly name?: string } & KubernetesObject['metadata'];
  if (name) return given;
  const prefix = metadata['generateName'];
  if (typeof prefix !== 'string')
    throw invalid(kind, '', [requiredValue('metadata.name', 'name or generateName is required')]);
  return { ...given, metadata: { ...metadata, name: `${prefix}${cluster.names.suffix()}` } };
}

export function checkNamespace(cluster: Cluster, kind: Kind, namespace: string | undefined, name: string): void {
  if (!kind.namespaced) return;
  if (!namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const held = cluster.store.get(kinds.Namespace, undefined, namespace);
  if (!held) throw notFound(kinds.Namespace, namespace);
  if (held.metadata.deletionTimestamp === undefined) return;
  throw refusal(
    403,
    'Forbidden',
    `${resourceName(kind)} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    {
      name,
      kind: kind.plural,
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    },
  );
}
