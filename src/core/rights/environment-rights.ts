import { memoryName } from '../deploy/memory.ts';
import { type Kind, kindOf, kinds } from '../kubernetes/kinds.ts';
import { headersName } from '../manifests/security-headers.ts';
import { shippedBase } from '../manifests/shipped-base.ts';
import { type EnvironmentName, namespaces } from '../setup/settings.ts';
import { type Right, rightTo } from './right.ts';
import { rightsOfWrite, type Write } from './write.ts';

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
    { do: 'apply', kind: kinds.ConfigMap, namespace, name: memoryName },
  ];
}

const ownNamespace = shippedBase.find(({ kind }) => kind === 'Namespace')?.metadata.name;

/** What is left out where it may not be written, and holds nothing up. */
const optional: readonly Kind[] = [kinds.PrometheusRule, kinds.PodMonitor];

/** Without these nothing of an environment can be applied. */
export const rightsToApplyAtAll = (environment: EnvironmentName): readonly Right[] =>
  appliesOf(environment)
    .filter(({ kind }) => !optional.includes(kind))
    .flatMap(rightsOfWrite);

/** What applying an environment needs: each object looked at, tried, created or changed. */
export const rightsToApply = (environment: EnvironmentName): readonly Right[] =>
  appliesOf(environment).flatMap(rightsOfWrite);

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

/** What set-up created can be deleted again, but for the namespace. */
export function rightsToTakeBack(environment: EnvironmentName): readonly Right[] {
  return appliesOf(environment)
    .filter(({ kind }) => kind !== kinds.Namespace)
    .flatMap(({ do: _, kind, ...place }) => [rightTo('get', kind, place), rightTo('delete', kind, place)]);
}
