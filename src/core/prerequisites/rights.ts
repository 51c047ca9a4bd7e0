import type { Fetched } from '../fetched.ts';
import { groupOf, type Kind, kinds, resourceName } from '../kubernetes/kinds.ts';
import type { EnvironmentName } from '../setup/settings.ts';
import { namespaces } from '../setup/settings.ts';
import type { Prerequisite } from './prerequisite.ts';

export type Right = {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
};

const clusterWide: readonly Kind[] = [kinds.Namespace, kinds.ClusterIssuer];
const inNamespace: readonly Kind[] = [
  kinds.Secret,
  kinds.ConfigMap,
  kinds.Service,
  kinds.Deployment,
  kinds.HorizontalPodAutoscaler,
  kinds.PodDisruptionBudget,
  kinds.NetworkPolicy,
  kinds.Ingress,
  kinds.Certificate,
  kinds.ServiceMonitor,
];
/** Looked at while waiting, and by the runbooks that judge. */
const onlyRead: readonly Kind[] = [kinds.Pod, kinds.Event, kinds.CertificateRequest, kinds.Order, kinds.Challenge];

/** What set-up needs in an environment. A server-side apply that creates wants `create` besides `patch`; whoever may not read is told at the first look. */
export function rightsFor(environment: EnvironmentName): readonly Right[] {
  const namespace = namespaces[environment];
  const right = (verb: string, kind: Kind, scope: { readonly namespace?: string }): Right => ({
    verb,
    group: groupOf(kind),
    resource: kind.plural,
    ...scope,
  });
  return [
    ...clusterWide.flatMap((kind) => ['create', 'patch'].map((verb) => right(verb, kind, {}))),
    ...inNamespace.flatMap((kind) => ['create', 'patch'].map((verb) => right(verb, kind, { namespace }))),
    ...onlyRead.map((kind) => right('list', kind, { namespace })),
  ];
}

const allKinds = [...clusterWide, ...inNamespace, ...onlyRead];

/** As kubectl and RBAC say it: `patch deployments.apps in orion-staging`. */
function rightText(right: Right): string {
  const { verb, namespace } = right;
  return `${verb} ${nameOf(right)}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

function nameOf({ group, resource }: Right): string {
  const kind = allKinds.find((one) => one.plural === resource && groupOf(one) === group);
  return kind ? resourceName(kind) : resource;
}

/** All of them in a few lines, to be sent to whoever grants rights: `in orion-staging: create, patch secrets, configmaps`. */
function requestFor(missing: readonly Right[]): readonly string[] {
  const byScope = Map.groupBy(missing, ({ namespace }) => namespace ?? '');
  return [...byScope].flatMap(([namespace, inScope]) => {
    const byResource = Map.groupBy(inScope, (right) => nameOf(right));
    const byVerbs = Map.groupBy(byResource, ([, rights]) => rights.map(({ verb }) => verb).join(', '));
    const where = namespace === '' ? 'cluster-wide' : `in ${namespace}`;
    return [...byVerbs].map(([verbs, resources]) => `${where}: ${verbs} ${resources.map(([name]) => name).join(', ')}`);
  });
}

/** The verdict over access reviews. One that could not be asked is not a no. */
export function rights(answers: readonly { readonly right: Right; readonly may: Fetched<boolean> }[]): Prerequisite {
  const base = { id: 'rights', title: 'Rights', found: null, minimum: null, needed: true, owner: 'security' } as const;
  const missing = answers.filter(({ may }) => may.ok && !may.value).map(({ right }) => right);
  const unseen = answers.filter(({ may }) => !may.ok);
  if (missing.length > 0) {
    const first = missing.slice(0, 4).map(rightText).join(', ');
    const because = `not allowed: ${first}${missing.length > 4 ? ` and ${missing.length - 4} more` : ''}`;
    return { ...base, state: 'missing', because, commands: requestFor(missing) };
  }
  if (unseen.length > 0)
    return { ...base, state: 'cannot-look', because: 'what may be done here could not be asked', commands: [] };
  return { ...base, state: 'fine', because: 'all that set-up needs', commands: [] };
}
