import { listAt, textAt, textsAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

type Attempt = {
  readonly user: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string | undefined;
};

/** Whether Roles and their bindings allow it (rbac.authorization.k8s.io/v1), for a user or a service account by its user name. */
export function isAllowed(objects: readonly KubernetesObject[], attempt: Attempt): boolean {
  return objects.some((binding) => {
    const isWide = binding.kind === 'ClusterRoleBinding';
    if (!isWide && (binding.kind !== 'RoleBinding' || binding.metadata.namespace !== attempt.namespace)) return false;
    if (!listAt(binding, 'subjects').some((subject) => isSubject(subject, binding, attempt.user))) return false;
    const roleKind = textAt(binding, 'roleRef.kind');
    const role = objects.find(
      ({ kind, metadata }) =>
        kind === roleKind &&
        metadata.name === textAt(binding, 'roleRef.name') &&
        (kind === 'ClusterRole' || metadata.namespace === binding.metadata.namespace),
    );
    return listAt(role, 'rules').some((rule) => allows(rule, attempt));
  });
}

function isSubject(subject: unknown, binding: KubernetesObject, user: string): boolean {
  const name = textAt(subject, 'name') ?? '';
  switch (textAt(subject, 'kind')) {
    case 'ServiceAccount':
      return user === `system:serviceaccount:${textAt(subject, 'namespace') ?? binding.metadata.namespace}:${name}`;
    case 'User':
      return user === name;
    case 'Group':
      return (
        name === 'system:authenticated' ||
        (user.startsWith('system:serviceaccount:') &&
          (name === 'system:serviceaccounts' || name === `system:serviceaccounts:${user.split(':')[2]}`))
      );
    default:
      return false;
  }
}

function allows(rule: unknown, { verb, group, resource }: Attempt): boolean {
  const has = (field: string, wanted: string) => {
    const held = textsAt(rule, field);
    return held.includes('*') || held.includes(wanted);
  };
  return (
    has('verbs', verb) &&
    has('apiGroups', group) &&
    has('resources', resource) &&
    listAt(rule, 'resourceNames').length === 0
  );
}
