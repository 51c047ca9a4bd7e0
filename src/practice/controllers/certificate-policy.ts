import { at, condition, textAt, textMapAt, textsAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { same } from '../json.ts';
import { belongTogether, keyFacts, requestedIn } from '../signing-request.ts';
import { expiryText, lifeOf, renewalOf } from './certificate-life.ts';
import { pairOf } from './secret-pair.ts';
import type { View } from './turn.ts';

/** Why a Certificate is not what it should be, in cert-manager's words (internal/controller/certificates/policies). */
export type Problem = { readonly reason: string; readonly message: string };

/** What a Certificate's state is judged by. */
export type Standing = {
  readonly certificate: KubernetesObject;
  readonly secret: KubernetesObject | undefined;
  /** Whether the Secret stands as it was loaded: then what it lacks was left out of the record. */
  readonly isRecord: boolean;
  /** The request of the revision that was issued, where it is still there. */
  readonly request: KubernetesObject | undefined;
};

export function standingOf(view: View, certificate: KubernetesObject): Standing {
  const { namespace = '' } = certificate.metadata;
  const revision = at(certificate, 'status.revision');
  const requests = requestsOf(view, certificate);
  const secret = view.get(kinds.Secret, namespace, textAt(certificate, 'spec.secretName') ?? '');
  return {
    certificate,
    secret,
    isRecord: secret !== undefined && !view.isStirred(secret),
    request: requests.find((item) => revisionOf(item) === Number(revision ?? Number.NaN)),
  };
}

export const revisionOf = (request: KubernetesObject): number =>
  Number(textMapAt(request, 'metadata.annotations')['cert-manager.io/certificate-revision'] ?? Number.NaN);

export const requestsOf = (view: View, certificate: KubernetesObject): readonly KubernetesObject[] =>
  view
    .of(kinds.CertificateRequest, certificate.metadata.namespace)
    .filter((item) => item.metadata.ownerReferences?.some(({ uid }) => uid === certificate.metadata.uid));

/** Why to issue: the first policy that is not met. Expiry is judged by `now` against the renewal, readiness against the end. */
export function problemOf(standing: Standing, now: Date, for_: 'trigger' | 'readiness'): Problem | undefined {
  return (
    problemOfSecret(standing) ??
    problemOfOwner(standing) ??
    problemOfRequest(standing) ??
    problemOfAge(standing, now, for_)
  );
}

function problemOfSecret({ certificate, secret, isRecord }: Standing): Problem | undefined {
  if (!secret) return { reason: 'DoesNotExist', message: 'Issuing certificate as Secret does not exist' };
  const missing = (what: string): Problem => ({
    reason: 'MissingData',
    message: `Issuing certificate as Secret does not contain ${what}`,
  });
  const { key, chain } = pairOf(secret);
  if (isRecord && key === '') return undefined;
  if (Object.keys(textMapAt(secret, 'data')).length === 0) return missing('any data');
  if (key === '') return missing('a private key');
  if (chain === '') return missing('a certificate');
  if (belongTogether(key, chain) === false) {
    return {
      reason: 'InvalidKeyPair',
      message: 'Issuing certificate as Secret contains an invalid key-pair: tls: private key does not match public key',
    };
  }
  const mismatching = keyMismatches(certificate, key);
  return mismatching.length > 0
    ? {
        reason: 'SecretMismatch',
        message: `Existing private key is not up to date for spec: [${mismatching.join(' ')}]`,
      }
    : undefined;
}

/** Fields of spec.privateKey that the key does not meet. A key that cannot be read is not judged. */
export function keyMismatches(certificate: KubernetesObject, key: string): readonly string[] {
  const facts = keyFacts(key);
  if (!facts) return [];
  const algorithm = textAt(certificate, 'spec.privateKey.algorithm') ?? 'RSA';
  if (facts.algorithm !== algorithm) return ['spec.privateKey.algorithm'];
  return algorithm === 'RSA' && facts.size !== keySizeOf(certificate) ? ['spec.privateKey.size'] : [];
}

export const keySizeOf = (certificate: KubernetesObject): number =>
  Number(at(certificate, 'spec.privateKey.size') ?? 2048);

function problemOfOwner({ certificate, secret }: Standing): Problem | undefined {
  const annotations = secret?.metadata.annotations ?? {};
  const { name, kind, group } = issuerRefOf(certificate);
  const [wasName, wasKind, wasGroup] = ['name', 'kind', 'group'].map(
    (field) => annotations[`cert-manager.io/issuer-${field}`],
  );
  const issuerDiffers =
    wasName !== undefined &&
    (wasName !== name || (wasKind || 'Issuer') !== kind || (wasGroup || 'cert-manager.io') !== group);
  if (issuerDiffers) {
    return {
      reason: 'IncorrectIssuer',
      message: `Issuing certificate as Secret was previously issued by "${wasKind || 'Issuer'}.${wasGroup || 'cert-manager.io'}/${wasName}"`,
    };
  }
  const owner = annotations['cert-manager.io/certificate-name'];
  if (owner === undefined || owner === certificate.metadata.name) return undefined;
  return {
    reason: 'IncorrectCertificate',
    message: `Secret was issued for "${owner}". If this message is not transient, you might have two conflicting Certificates pointing to the same secret.`,
  };
}

export function issuerRefOf(object: KubernetesObject): {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
} {
  return {
    name: textAt(object, 'spec.issuerRef.name') ?? '',
    kind: textAt(object, 'spec.issuerRef.kind') || 'Issuer',
    group: textAt(object, 'spec.issuerRef.group') || 'cert-manager.io',
  };
}

function problemOfRequest({ certificate, secret, request }: Standing): Problem | undefined {
  if (!request) return undefined;
  const issued = Buffer.from(textAt(request, 'status.certificate') ?? '', 'base64').toString();
  if (secret && issued !== '' && belongTogether(pairOf(secret).key, issued) === false) {
    return {
      reason: 'SecretMismatch',
      message: 'Secret contains a private key that does not match the current CertificateRequest',
    };
  }
  const outdated = requestMismatches(certificate, request);
  return outdated.length > 0
    ? {
        reason: 'RequestChanged',
        message: `Fields on existing CertificateRequest resource not up to date: [${outdated.join(' ')}]`,
      }
    : undefined;
}

/** Fields of the Certificate that its request was not made for. */
export function requestMismatches(certificate: KubernetesObject, request: KubernetesObject): readonly string[] {
  const asked = requestedIn(Buffer.from(textAt(request, 'spec.request') ?? '', 'base64').toString());
  const hosts = textsAt(certificate, 'spec.dnsNames');
  return [
    ...(asked && (textAt(certificate, 'spec.commonName') ?? '') !== asked.commonName ? ['spec.commonName'] : []),
    ...(asked && !same(hosts.toSorted(), asked.hosts.toSorted()) ? ['spec.dnsNames'] : []),
    ...(same(issuerRefOf(certificate), issuerRefOf(request)) ? [] : ['spec.issuerRef']),
    ...(textAt(certificate, 'spec.duration') === undefined ||
    textAt(request, 'spec.duration') === textAt(certificate, 'spec.duration')
      ? []
      : ['spec.duration']),
  ];
}

function problemOfAge(
  { certificate, secret }: Standing,
  now: Date,
  for_: 'trigger' | 'readiness',
): Problem | undefined {
  const life = secret && lifeOf(secret);
  if (!life) return undefined;
  if (for_ === 'readiness')
    return now >= life.notAfter
      ? { reason: 'Expired', message: `Certificate expired on ${expiryText(life.notAfter)}` }
      : undefined;
  const renewal = renewalOf(certificate, secret);
  if (renewal === undefined || now < renewal) return undefined;
  return {
    reason: 'Renewing',
    message: `Renewing certificate as renewal was scheduled at ${renewal.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
  };
}

export const isIssuing = (certificate: KubernetesObject): boolean =>
  condition(certificate, 'Issuing')?.status === 'True';
