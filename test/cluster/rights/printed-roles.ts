import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Rule } from '../../../src/core/rights/roles.ts';
import type { ApiClient } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { orion } from '../orion.ts';

/** A user who has the Roles that `prerequisites --rbac` printed, and no other right. */
export type Holder = {
  readonly kubeconfig: string;
  /** Every verb on every resource that the Roles hold, one by one. */
  readonly rules: readonly AtomicRule[];
  /** Takes one of them away for as long as `work` goes on. */
  readonly without: <T>(rule: AtomicRule, work: () => Promise<T>) => Promise<T>;
};

export type AtomicRule = {
  readonly role: KubernetesObject;
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name?: string;
};

/** As a test calls it: `list pods in orion`. */
export const told = ({ role, group, resource, verb, name }: AtomicRule): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` ${name}`}${role.metadata.namespace ? ` in ${role.metadata.namespace}` : ''}`;

/** What a report says is missing, as `needs` begins: verb and resource, the subresource last. */
export function saidAs({ group, resource, verb }: AtomicRule): string {
  const [plural = '', ...subresource] = resource.split('/');
  return `${verb} ${[group === '' ? plural : `${plural}.${group}`, ...subresource].join('/')}`;
}

/** Prints the Roles by the built command, applies them as they are, and gives them to a fresh user. */
export async function holderOf(...command: readonly string[]): Promise<Holder> {
  const bed = currentBed();
  const said = await orion(['prerequisites', '--rbac', ...command]);
  if (said.code !== 0) throw new Error(`prerequisites --rbac ${command.join(' ')}: ${said.stderr}`);
  await bed.kubectl('apply -f -', said.stdout);
  const kubeconfig = await bed.userWith([]);
  const user = basename(kubeconfig, '.kubeconfig');
  const roles = parseAllDocuments(said.stdout).map((document) => document.toJS() as KubernetesObject);
  for (const role of roles) await bind(bed.api, role, user);
  const rules = roles.flatMap(atoms);
  for (const rule of rules) await inForce(bed.api, user, rule, true);
  const without: Holder['without'] = async (rule, work) => {
    await write(
      bed.api,
      rule.role,
      atoms(rule.role).filter((one) => told(one) !== told(rule)),
    );
    await inForce(bed.api, user, rule, false);
    try {
      return await work();
    } finally {
      await write(bed.api, rule.role, atoms(rule.role));
      await inForce(bed.api, user, rule, true);
    }
  };
  // The kubeconfig must be there: what a test is told is missing is then missing by right.
  readFileSync(kubeconfig);
  return { kubeconfig, rules, without };
}

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const pathOf = ({ kind, metadata }: KubernetesObject): string =>
  metadata.namespace === undefined
    ? `${rbac}/${kind.toLowerCase()}s`
    : `${rbac}/namespaces/${metadata.namespace}/${kind.toLowerCase()}s`;

async function bind(api: ApiClient, role: KubernetesObject, user: string): Promise<void> {
  const { kind, metadata } = role;
  await api.create(pathOf({ ...role, kind: `${kind}Binding` }), {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: `${kind}Binding`,
    metadata: { name: `${metadata.name}-${user}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  });
}

function atoms(role: KubernetesObject): readonly AtomicRule[] {
  return (role['rules'] as readonly Rule[]).flatMap(({ apiGroups, resources, verbs, resourceNames = [undefined] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          resourceNames.map((name) => ({ role, group, resource, verb, ...(name === undefined ? {} : { name }) })),
        ),
      ),
    ),
  );
}

async function write(api: ApiClient, role: KubernetesObject, rules: readonly AtomicRule[]): Promise<void> {
  await api.mergePatch(`${pathOf(role)}/${role.metadata.name}`, {
    rules: rules.map(({ group, resource, verb, name }) => ({
      apiGroups: [group],
      resources: [resource],
      verbs: [verb],
      ...(name === undefined ? {} : { resourceNames: [name] }),
    })),
  });
}

/** The API server's authorizer learns of a changed Role a little later. */
async function inForce(api: ApiClient, user: string, rule: AtomicRule, wanted: boolean): Promise<void> {
  const [resource, subresource] = rule.resource.split('/');
  const { namespace } = rule.role.metadata;
  const resourceAttributes = { group: rule.group, resource, subresource, verb: rule.verb, name: rule.name, namespace };
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, resourceAttributes },
  };
  await until(`${user} ${wanted ? 'may' : 'may not'} ${told(rule)}`, async () => {
    const { status } = await api.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', review);
    return (status.allowed ?? false) === wanted ? true : undefined;
  });
}
