import { groupOf, type Kind, resourceName } from '../core/kubernetes/kinds.ts';
import { type ApiRefusal, refusal } from './api-status.ts';

/** A right as RBAC writes it. Without a namespace it holds everywhere. */
export type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly namespace?: string;
};

export type User = { readonly name: string; readonly rules: readonly Rule[] };

export const everything: readonly Rule[] = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];

export type Attempt = {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `pods/eviction`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string;
};

export function mayDo(user: User, { verb, group, resource, namespace, name }: Attempt): boolean {
  const has = (held: readonly string[], wanted: string): boolean => held.includes('*') || held.includes(wanted);
  return user.rules.some(
    (rule) =>
      has(rule.verbs, verb) &&
      has(rule.apiGroups, group) &&
      has(rule.resources, resource) &&
      (rule.namespace === undefined || rule.namespace === namespace) &&
      (rule.resourceNames === undefined || rule.resourceNames.includes(name)),
  );
}

/** As the real server words it (apiserver, handlers/responsewriters/errors.go). */
export function forbidden(user: User, kind: Kind, attempt: Attempt): ApiRefusal {
  const where = attempt.namespace === undefined ? 'at the cluster scope' : `in the namespace "${attempt.namespace}"`;
  const what = attempt.name === '' ? resourceName(kind) : `${resourceName(kind)} "${attempt.name}"`;
  const group = groupOf(kind);
  return refusal(
    403,
    'Forbidden',
    `${what} is forbidden: User "${user.name}" cannot ${attempt.verb} resource "${attempt.resource}" in API group "${attempt.group}" ${where}`,
    {
      ...(attempt.name === '' ? {} : { name: attempt.name }),
      ...(group ? { group } : {}),
      kind: kind.plural,
    },
  );
}

export const unauthorized = (): ApiRefusal => refusal(401, 'Unauthorized', 'Unauthorized');
