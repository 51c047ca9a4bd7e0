import { byHand } from '../../../src/core/by-hand.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { patchIssuer } from './patch-issuer.ts';

/** Where cert-manager keeps the account keys of ClusterIssuers, unless its flag --cluster-resource-namespace says otherwise. */
export const clusterResourceNamespace = 'cert-manager';

export const accountSecretOf = (issuer: KubernetesObject): string =>
  textAt(issuer, 'spec.acme.privateKeySecretRef.name') ?? '';

export const accountNamespaceOf = ({ kind, metadata }: KubernetesObject): string =>
  kind === 'ClusterIssuer' ? clusterResourceNamespace : (metadata.namespace ?? '');

/** Additive: the key that was stays. A CAA record that names the old account, and the CA's limit of registrations, are why a person does it. */
export function withNewAccountKey(issuer: KubernetesObject) {
  const secret = accountSecretOf(issuer);
  return byHand({
    id: 'use-a-new-account-key',
    title: 'Name another Secret for the account key: cert-manager makes a key and registers it; the old one stays',
    risk: 'medium',
    commands: [
      `kubectl -n ${accountNamespaceOf(issuer)} get secret ${secret}`,
      patchIssuer(issuer, { privateKeySecretRef: { name: `${secret}-2` } }),
    ],
  });
}
