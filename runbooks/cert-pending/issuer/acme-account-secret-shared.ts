import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { answerToOrder, heard } from '../ca-answer.ts';
import { secretNameOf } from '../chain.ts';
import type { CertView } from '../view.ts';
import { accountNamespaceOf, accountSecretOf, clusterResourceNamespace, withNewAccountKey } from './new-account-key.ts';
import { unreadyIssuer } from './ready.ts';

/**
 * The Certificate's key replaces the account's: the issuer registers a new account with it and stays Ready, and the Orders of the old
 * one fail (seen). Looked for at the Certificate itself always, at others only where the account is in trouble.
 */
export const acmeAccountSecretShared: Cause<CertView> = {
  code: 'acme-account-secret-shared',
  title: 'A Certificate writes into the Secret of the ACME account key',
  severity: 'error',
  owner: 'platform',
  explains: [
    'acme-account-key-invalid',
    'issuer-not-ready',
    'order-stale',
    'issuance-backoff',
    'ingress-serves-default-cert',
  ],
  look(view) {
    const { certificate } = view;
    if (!certificate) return clear();
    const own = sharing(certificate, issuersOf(view));
    if (own) return told(view, certificate, own);
    const issuer = isInTrouble(view) ? view.issuer() : undefined;
    if (!issuer || accountSecretOf(issuer) === '') return clear();
    const namespace = accountNamespaceOf(issuer);
    const other = (
      issuer.kind === 'ClusterIssuer'
        ? view.sight.list(kinds.Certificate)
        : view.sight.list(kinds.Certificate, namespace)
    ).find((item) => item.metadata.namespace === namespace && secretNameOf(item) === accountSecretOf(issuer));
    return other ? told(view, other, issuer) : clear();
  },
};

/** The issuers that keep an account key in the namespace of the Certificate. */
function issuersOf({ sight, namespace }: CertView): readonly KubernetesObject[] {
  const wide = namespace === clusterResourceNamespace ? sight.list(kinds.ClusterIssuer) : [];
  return [...wide, ...sight.list(kinds.Issuer, namespace)];
}

const sharing = (certificate: KubernetesObject, issuers: readonly KubernetesObject[]): KubernetesObject | undefined =>
  issuers.find((issuer) => accountSecretOf(issuer) !== '' && accountSecretOf(issuer) === secretNameOf(certificate));

function isInTrouble(view: CertView): boolean {
  if (!view.unfinished) return false;
  const unready = unreadyIssuer(view);
  if (unready) return /not of type RSA|private key is invalid/.test(unready.ready.message);
  // By type, whatever the words: an Order of another account (unauthorized; at boulder, none of that number: malformed), and a
  // certificate for the key of the account (malformed).
  const type = answerToOrder(view)?.problem?.type ?? '';
  return ['unauthorized', 'malformed'].includes(type);
}

function told(view: CertView, certificate: KubernetesObject, issuer: KubernetesObject) {
  const { namespace, name } = certificate.metadata;
  const said = view.unfinished ? answerToOrder(view) : undefined;
  return found({
    object: refTo(certificate),
    because: `Certificate ${namespace}/${name} is stored in Secret ${secretNameOf(certificate)}, which is also the account key of ${issuer.kind} ${issuer.metadata.name}: each replaces the other's key.`,
    confidence: 'confirmed',
    evidence: [
      saw(certificate, 'spec.secretName', 'a Secret of its own'),
      saw(issuer, 'spec.acme.privateKeySecretRef.name'),
      ...(said ? [heard(said)] : []),
    ],
    remedies: [
      byHand({
        id: 'separate-the-secrets',
        title: 'Give the Certificate a Secret of its own; what uses it must name the new one',
        risk: 'medium',
        commands: [
          `kubectl -n ${namespace} patch certificate ${name} --type merge -p '{"spec":{"secretName":"${name}-tls"}}'`,
        ],
      }),
      withNewAccountKey(issuer),
    ],
  });
}
