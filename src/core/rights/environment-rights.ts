import { memoryName } from '../deploy/memory.ts';
import { type Kind, kindOf, kinds } from '../kubernetes/kinds.ts';
import { headersName } from '../manifests/security-headers.ts';
import { shippedBase } from '../manifests/shipped-base.ts';
import { type EnvironmentName, namespaces } from '../setup/settings.ts';
import { type Right, rightTo } from './right.ts';
import { rightsOfWrite, rightsToUndo, type Write } from './write.ts';

/**
 * Everything that an environment's manifests come to, as applies. A Secret has the hash of its values in its name, which is not known
 * beforehand.
 */
function appliesOf(environment: EnvironmentName): readonly Write[] {
  const namespace = namespaces[environment];
  const shipped = shippedBase.flatMap((object): readonly Write[] => {
    const kind = kindOf(object);
    if (kind === undefined) return [];
    const { name, namespace: shippedIn } = object.metadata;
    if (kind === kinds.Namespace) return [{ do: 'apply', kind, name: namespace }];
    if (!kind.namespaced) return [{ do: 'apply', kind, name }];
    // What watches cert-manager stays beside it.
    return [{ do: 'apply', kind, name, namespace: shippedIn && shippedIn !== ownNamespace ? shippedIn : namespace }];
  });
  return [
    ...shipped,
    { do: 'apply', kind: kinds.Secret, namespace },
    { do: 'apply', kind: kinds.ConfigMap, namespace, name: headersName },
    // Only where everything is denied by default.
    { do: 'apply', kind: kinds.NetworkPolicy, namespace, name: 'allow-acme-http01-solver' },
  ];
}

/** What an environment remembers of itself stands beside what it is made of, and no set of manifests holds it. */
const memoryOf = (environment: EnvironmentName): Write => ({
  do: 'apply',
  kind: kinds.ConfigMap,
  namespace: namespaces[environment],
  name: memoryName,
});

const ownNamespace = shippedBase.find(({ kind }) => kind === 'Namespace')?.metadata.name;

/** What is left out where it may not be written, and holds nothing up. */
const optional: readonly Kind[] = [kinds.PrometheusRule, kinds.PodMonitor];

/** Without these nothing of an environment can be applied. */
export const rightsToApplyAtAll = (environment: EnvironmentName): readonly Right[] =>
  [...appliesOf(environment), memoryOf(environment)]
    .filter(({ kind }) => !optional.includes(kind))
    .flatMap(rightsOfWrite);

/** What trying an environment needs, which is what applying it needs: RBAC knows no right to only try. */
export const rightsToTry = (environment: EnvironmentName): readonly Right[] => [
  ...appliesOf(environment).flatMap(rightsOfWrite),
  rightTo('get', kinds.ConfigMap, memoryOf(environment)),
];

/** What applying an environment needs: each object looked at, tried, created or changed, and what it remembers then. */
export const rightsToApply = (environment: EnvironmentName): readonly Right[] =>
  [...appliesOf(environment), memoryOf(environment)].flatMap(rightsOfWrite);

/**
 * What applying an earlier set again needs. The namespace and what it remembers are there, else there would be no way back; and a Secret
 * that is not there any more is not made again.
 */
export const rightsToApplyAgain = (environment: EnvironmentName): readonly Right[] => [
  ...appliesOf(environment).flatMap((write) => {
    const rights = rightsOfWrite(write);
    if (write.kind === kinds.Secret) return rights.filter(({ verb }) => verb === 'get');
    return write.kind === kinds.Namespace ? rights.filter(({ verb }) => verb !== 'create') : rights;
  }),
  ...rightsOfWrite(memoryOf(environment)).filter(({ verb }) => verb !== 'create'),
];

/**
 * What deleting takes that an earlier set brought: of the kinds and names that such sets hold. What belongs to the cluster as a whole is
 * never among it, nor what a tree that was edited held besides.
 */
export function rightsToPrune(environment: EnvironmentName): readonly Right[] {
  const namespace = namespaces[environment];
  return [
    ...appliesOf(environment)
      .filter(({ kind }) => kind.namespaced)
      .flatMap(({ do: _, kind, ...place }) => [rightTo('get', kind, place), rightTo('delete', kind, place)]),
    // Who still refers to an old Secret.
    rightTo('list', kinds.ReplicaSet, { namespace }),
    rightTo('list', kinds.Pod, { namespace }),
  ];
}

/** What is looked at while an environment gets ready, and once it is. */
export function rightsToWatch(environment: EnvironmentName): readonly Right[] {
  const namespace = namespaces[environment];
  const get = (kind: Kind, name: string): Right => rightTo('get', kind, { namespace, name });
  return [
    get(kinds.Certificate, 'auth-tls-cert'),
    get(kinds.Deployment, 'auth-service'),
    get(kinds.Ingress, 'auth-ingress'),
    get(kinds.Secret, 'auth-tls-secret'),
    rightTo('list', kinds.Challenge, { namespace }),
  ];
}

/** What set-up or deploy created can be deleted again, but for the namespace. */
export const rightsToTakeBack = (environment: EnvironmentName): readonly Right[] =>
  [...appliesOf(environment), memoryOf(environment)]
    .filter(({ kind }) => kind !== kinds.Namespace)
    .flatMap(rightsToUndo);
