import { randomBytes } from 'node:crypto';
import type { ApiClient } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { type AtomicRule, told } from './printed-roles.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const apiVersion = 'rbac.authorization.k8s.io/v1';

/**
 * Users who have all these rules but for some: one for each entry of `without`, for `--as`. They are made all at once, each rule a Role of
 * its own that is bound to everybody who is to have it, so that many can be tried side by side and no Role has to change in between.
 */
export async function lacking(
  rules: readonly AtomicRule[],
  without: readonly (readonly AtomicRule[])[],
): Promise<readonly string[]> {
  const { api } = currentBed();
  const batch = `lacking-${randomBytes(4).toString('hex')}`;
  const users = without.map((_, place) => `${batch}-${place}`);
  const holdersOf = (rule: AtomicRule) =>
    users.filter((_, place) => !without[place]?.some((one) => told(one) === told(rule)));
  await sideBySide([...rules.entries()], 8, ([n, rule]) => grant(api, `${batch}-rule-${n}`, rule, holdersOf(rule)));
  for (const rule of rules) {
    const [holder] = holdersOf(rule);
    if (holder !== undefined) await until(`${holder} may ${told(rule)}`, () => isAllowed(api, holder, rule));
  }
  return users;
}

async function grant(api: ApiClient, name: string, rule: AtomicRule, holders: readonly string[]): Promise<void> {
  if (holders.length === 0) return;
  const { namespace } = rule.role.metadata;
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const within = namespace === undefined ? rbac : `${rbac}/namespaces/${namespace}`;
  const { group, resource, verb, name: object } = rule;
  const names = object === undefined ? {} : { resourceNames: [object] };
  await api.create(`${within}/${kind.toLowerCase()}s`, {
    apiVersion,
    kind,
    metadata: { name },
    rules: [{ apiGroups: [group], resources: [resource], verbs: [verb], ...names }],
  });
  await api.create(`${within}/${kind.toLowerCase()}bindings`, {
    apiVersion,
    kind: `${kind}Binding`,
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
    subjects: holders.map((holder) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: holder })),
  });
}

/** The API server's authorizer learns of new Roles a little later. */
async function isAllowed(api: ApiClient, user: string, rule: AtomicRule): Promise<true | undefined> {
  const [resource, subresource] = rule.resource.split('/');
  const { namespace } = rule.role.metadata;
  const { status } = await api.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user,
      resourceAttributes: { group: rule.group, resource, subresource, verb: rule.verb, name: rule.name, namespace },
    },
  });
  return status.allowed ? true : undefined;
}

/** So many at a time, in their order. */
export async function sideBySide<One, Result>(
  all: readonly One[],
  atATime: number,
  work: (one: One) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = [...all.entries()];
  const next = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) results[one[0]] = await work(one[1]);
  };
  await Promise.all(Array.from({ length: atATime }, next));
  return results;
}
