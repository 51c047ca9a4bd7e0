import { listAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';

/** A key of a Secret or ConfigMap that a ServiceMonitor needs from its own namespace. */
export type Reference = {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly name: string;
  readonly key: string;
  /** As the operator calls the field: `basicAuth`, `tlsConfig`. */
  readonly field: string;
};

const selectors: readonly (readonly [string, Reference['kind'], string])[] = [
  ['basicAuth.username', 'Secret', 'basicAuth'],
  ['basicAuth.password', 'Secret', 'basicAuth'],
  ['authorization.credentials', 'Secret', 'authorization'],
  ['bearerTokenSecret', 'Secret', 'bearerTokenSecret'],
  ['oauth2.clientId.secret', 'Secret', 'oauth2'],
  ['oauth2.clientId.configMap', 'ConfigMap', 'oauth2'],
  ['oauth2.clientSecret', 'Secret', 'oauth2'],
  ['tlsConfig.ca.secret', 'Secret', 'tlsConfig'],
  ['tlsConfig.ca.configMap', 'ConfigMap', 'tlsConfig'],
  ['tlsConfig.cert.secret', 'Secret', 'tlsConfig'],
  ['tlsConfig.cert.configMap', 'ConfigMap', 'tlsConfig'],
  ['tlsConfig.keySecret', 'Secret', 'tlsConfig'],
];

export const referencesOf = (monitor: KubernetesObject): readonly Reference[] =>
  listAt(monitor, 'spec.endpoints').flatMap((endpoint) =>
    selectors.flatMap(([path, kind, field]) => {
      const name = textAt(endpoint, `${path}.name`);
      return name ? [{ kind, name, key: textAt(endpoint, `${path}.key`) ?? '', field }] : [];
    }),
  );

/** The first of them that is not among these objects. */
export const missingReference = (
  monitor: KubernetesObject,
  objects: readonly KubernetesObject[],
): Reference | undefined =>
  referencesOf(monitor).find(
    ({ kind, name }) =>
      !objects.some(
        (object) =>
          object.kind === kind &&
          object.metadata.name === name &&
          object.metadata.namespace === monitor.metadata.namespace,
      ),
  );
