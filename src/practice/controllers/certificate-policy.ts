import { X509Certificate } from 'node:crypto';
import { at, condition, textAt, textMapAt, textsAt, timeAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { same } from '../json.ts';
import { belongTogether, keyFacts, requestedIn } from '../signing-request.ts';
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

export function pairOf(secret: KubernetesObject): { readonly key: string; readonly chain: string } {
  const data = textMapAt(secret, 'data');
  const text = (name: string): string => Buffer.from(data[name] ?? '', 'base64').toString();
  return { key: text('tls.key'), chain: text('tls.crt') };
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

/** As Go writes RFC 1123 in UTC: `Mon, 23 Nov 2026 07:28:46 UTC`. */
const expiryText = (moment: Date): string => moment.toUTCString().replace('GMT', 'UTC');

export type Life = { readonly notBefore: Date; readonly notAfter: Date };

export function lifeOf(secret: KubernetesObject): Life | undefined {
  const { chain } = pairOf(secret);
  const held = lives.get(chain);
  if (held !== undefined) return held;
  try {
    const { validFromDate, validToDate } = new X509Certificate(chain);
    const life = { notBefore: validFromDate, notAfter: validToDate };
    lives.set(chain, life);
    return life;
  } catch {
    return undefined;
  }
}
const lives = new Map<string, Life>();

/** When cert-manager renews: renewBefore ahead of the end, or a third of the life where that is not said or longer than the life. */
export function renewalOf(certificate: KubernetesObject, secret: KubernetesObject): Date | undefined {
  if (textAt(certificate, 'spec.renewal.policy') === 'Disabled') return undefined;
  const life = lifeOf(secret);
  if (!life) return undefined;
  const span = life.notAfter.getTime() - life.notBefore.getTime();
  const wanted = milliseconds(textAt(certificate, 'spec.renewBefore') ?? '');
  const ahead = wanted !== undefined && wanted < span ? wanted : span / 3;
  return new Date(Math.floor((life.notAfter.getTime() - ahead) / 1000) * 1000);
}

/** A duration of Go, as `720h` or `1h30m0s`. */
export function milliseconds(duration: string): number | undefined {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (duration === '' || parts.map(([text]) => text).join('') !== duration) return undefined;
  const unit: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  return parts.reduce((sum, [, number, name]) => sum + Number(number) * (unit[name ?? ''] ?? 0), 0);
}

/** When the next try after a failure comes: an hour, doubled with each failure, at most 32 hours. */
export function nextTryOf(certificate: KubernetesObject): Date | undefined {
  const failed = timeAt(certificate, 'status.lastFailureTime');
  const attempts = Number(at(certificate, 'status.failedIssuanceAttempts') ?? 1);
  return failed && new Date(failed.getTime() + Math.min(2 ** (attempts - 1), 32) * 3_600_000);
}

export const isIssuing = (certificate: KubernetesObject): boolean =>
  condition(certificate, 'Issuing')?.status === 'True';
