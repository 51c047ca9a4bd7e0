import type { ApiClient } from './api-client.ts';
import { until } from './waiting.ts';

/** One rule of RBAC; with a namespace it holds there only. */
export type Right = {
  readonly namespace?: string;
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
};

const rbac = '/apis/rbac.authorization.k8s.io/v1';

async function bind(
  api: ApiClient,
  user: string,
  namespace: string | undefined,
  rules: readonly object[],
): Promise<void> {
  const within = namespace === undefined ? rbac : `${rbac}/namespaces/${namespace}`;
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name: `bed-${user}` };
  await api.create(`${within}/${kind.toLowerCase()}s`, { apiVersion, kind, metadata, rules });
  await api.create(`${within}/${kind.toLowerCase()}bindings`, {
    apiVersion,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  });
}

/** The API server's authorizer learns of new roles a little later: waits until each rule is in force. */
async function inForce(api: ApiClient, user: string, right: Right): Promise<void> {
  const [resource = '', subresource] = (right.resources[0] ?? '').split('/');
  const resourceAttributes = {
    group: right.apiGroups[0],
    resource,
    subresource,
    verb: right.verbs[0],
    namespace: right.namespace,
    name: right.resourceNames?.[0],
  };
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, resourceAttributes },
  };
  await until(`the right of ${user} to ${right.verbs[0]} ${resource}`, async () => {
    const answer = await api.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', review);
    return answer.status.allowed ? true : undefined;
  });
}

/** Gives a user exactly these rights. */
export async function grant(api: ApiClient, user: string, rights: readonly Right[]): Promise<void> {
  for (const [namespace, ofIt] of Map.groupBy(rights, (right) => right.namespace)) {
    await bind(
      api,
      user,
      namespace,
      ofIt.map(({ namespace: _namespace, ...rule }) => rule),
    );
  }
  for (const right of rights) await inForce(api, user, right);
}
