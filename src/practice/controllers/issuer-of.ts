import { type Kind, kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { issuerRefOf } from './certificate-policy.ts';
import type { View } from './turn.ts';

/** The issuer that an object refers to: a ClusterIssuer, or an Issuer of its own namespace. */
export function issuerOf(view: View, object: KubernetesObject): KubernetesObject | undefined {
  const { name, kind } = issuerRefOf(object);
  return view.get(issuerKind(kind), kind === 'ClusterIssuer' ? undefined : object.metadata.namespace, name);
}

const issuerKind = (kind: string): Kind => (kind === 'ClusterIssuer' ? kinds.ClusterIssuer : kinds.Issuer);

/** Whether the issuer that an object refers to was made, changed or deleted since the loading. */
export function issuerStirred(view: View, object: KubernetesObject): boolean {
  const { name, kind } = issuerRefOf(object);
  return view.stirred(
    issuerKind(kind),
    (item) =>
      item.metadata.name === name &&
      (kind === 'ClusterIssuer' || item.metadata.namespace === object.metadata.namespace),
  );
}
