import { groupOf, type Kind, kinds, resourceName } from '../kubernetes/kinds.ts';

/** One thing that may be done: a verb on a resource, as RBAC counts it. */
export type Right = {
  readonly verb: string;
  readonly group: string;
  /** As in a Role: `deployments`, `pods/eviction`. */
  readonly resource: string;
  /** Absent: over all namespaces, or of what belongs to none. */
  readonly namespace?: string;
  /** Where only one object of the resource is meant. */
  readonly name?: string;
};

/** In place of an object's name: which one cannot be known beforehand. */
export const anyName = '*';

export function rightTo(verb: string, kind: Kind, place: { readonly namespace?: string; readonly name?: string } = {}) {
  const { namespace, name } = place;
  return {
    verb,
    group: groupOf(kind),
    resource: kind.plural,
    ...(kind.namespaced && namespace !== undefined ? { namespace } : {}),
    ...(name === undefined || name === anyName ? {} : { name }),
  } satisfies Right;
}

const allKinds: readonly Kind[] = Object.values(kinds);

/** As people say it and kubectl asks it: `list challenges.acme.cert-manager.io in orion-staging`, `get secrets auth-tls-secret in orion-prod`. */
export function rightText({ verb, group, resource, namespace, name }: Right): string {
  const [plural = '', ...subresource] = resource.split('/');
  const kind = allKinds.find((one) => one.plural === plural && groupOf(one) === group);
  const full = kind ? resourceName(kind) : group === '' ? plural : `${plural}.${group}`;
  const where =
    namespace !== undefined ? ` in ${namespace}` : kind?.namespaced && name === undefined ? ' in all namespaces' : '';
  return `${verb} ${[full, ...subresource].join('/')}${name === undefined ? '' : ` ${name}`}${where}`;
}

/** As few as allow the same: what holds in all namespaces, or for all names, need not be said of one again. */
export function least(rights: readonly Right[]): readonly Right[] {
  const once = [...new Map(rights.map((right) => [keyOf(right), right])).values()];
  return once.filter((right) => !once.some((other) => other !== right && covers(other, right)));
}

/** Whether who has the one has the other too. */
export function covers(one: Right, other: Right): boolean {
  return (
    one.verb === other.verb &&
    one.group === other.group &&
    one.resource === other.resource &&
    (one.namespace === undefined || one.namespace === other.namespace) &&
    (one.name === undefined || one.name === other.name)
  );
}

const keyOf = ({ verb, group, resource, namespace = '', name = '' }: Right): string =>
  [verb, group, resource, namespace, name].join(' ');
