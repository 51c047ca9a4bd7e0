import type { KubernetesObject } from '../kubernetes/object.ts';
import { least, type Right } from './right.ts';

export type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
};

/** Roles that hold exactly these rights: one in each namespace, and a ClusterRole for what is of no namespace or of all. */
export function rolesOf(rights: readonly Right[], name: string): readonly KubernetesObject[] {
  const byNamespace = Map.groupBy(least(rights), ({ namespace }) => namespace ?? '');
  return [...byNamespace]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([namespace, inside]) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: namespace === '' ? 'ClusterRole' : 'Role',
      metadata: {
        name,
        ...(namespace === '' ? {} : { namespace }),
        labels: { 'app.kubernetes.io/managed-by': 'orion-setup' },
      },
      rules: rulesOf(inside),
    }));
}

/** As few rules as say the same: of one resource the verbs together, and resources with the same verbs together. */
function rulesOf(rights: readonly Right[]): readonly Rule[] {
  const byObject = Map.groupBy(rights, ({ group, resource, name }) => JSON.stringify([group, resource, name ?? null]));
  const perObject = [...byObject.values()].map((of) => ({
    group: of[0]?.group ?? '',
    resource: of[0]?.resource ?? '',
    name: of[0]?.name,
    verbs: sorted(of.map(({ verb }) => verb)),
  }));
  const byVerbs = Map.groupBy(perObject, ({ group, name, verbs, resource }) =>
    // Names belong to one resource: two of them are put together only where there are none.
    JSON.stringify([group, verbs, name === undefined ? null : resource]),
  );
  return [...byVerbs.values()].map((alike) => {
    const names = sorted(alike.flatMap(({ name }) => name ?? []));
    return {
      apiGroups: [alike[0]?.group ?? ''],
      resources: sorted(alike.map(({ resource }) => resource)),
      verbs: alike[0]?.verbs ?? [],
      ...(names.length > 0 ? { resourceNames: names } : {}),
    };
  });
}

const sorted = (all: readonly string[]): readonly string[] => [...new Set(all)].toSorted();
