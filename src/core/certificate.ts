import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type Fetched, seen } from './fetched.ts';

/** The one file of core that may use node:crypto: reading a certificate is a pure function of its bytes. */
export type CertificateFacts = {
  /** Upper-case hex without separators. */
  readonly serial: string;
  /** As `CN=auth.example.org`, most specific first, on one line. */
  readonly subject: string;
  readonly issuer: string;
  /** DNS names of the subject alternative name. */
  readonly names: readonly string[];
  readonly notBefore: string;
  readonly notAfter: string;
};

/** Facts of the first certificate in `pem` (the leaf, as servers send it), or undefined where it cannot be read. */
export function certificateFacts(pem: string): CertificateFacts | undefined {
  try {
    return factsOf(new X509Certificate(pem));
  } catch {
    return undefined;
  }
}

export function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    serial: certificate.serialNumber,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: dnsNames(certificate.subjectAltName ?? ''),
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
  };
}

/** All certificates of a PEM text in its order; text around the blocks is left out (RFC 7468, 2). */
export function chainFacts(pem: string): Fetched<readonly CertificateFacts[]> {
  const blocks = readBlocks(pem);
  return blocks.ok ? seen(blocks.value.map(factsOf)) : blocks;
}

/** Whether each certificate of a PEM text is issued and signed by the one after it (RFC 8446, 4.4.2); false where one cannot be read. */
export function isOrderedChain(pem: string): boolean {
  const blocks = readBlocks(pem);
  return (
    blocks.ok &&
    blocks.value.every((issuer, place) => {
      const issued = blocks.value[place - 1];
      return issued === undefined || isSignedBy(issued, issuer);
    })
  );
}

/** Whether the first certificate of `pem` is for `host`, by its alternative names only: no browser reads the common name (RFC 9525). */
export function isCertificateFor(pem: string, host: string): boolean {
  const blocks = readBlocks(pem);
  return blocks.ok && blocks.value[0]?.checkHost(host, { subject: 'never' }) !== undefined;
}

/** Whether the key belongs to the first certificate of `pem`; undefined where one of them cannot be read. */
export function keyFits(pem: string, key: string): boolean | undefined {
  try {
    return new X509Certificate(pem).checkPrivateKey(createPrivateKey(key));
  } catch {
    return undefined;
  }
}

/** A certificate in its place in a chain. */
export type ChainLink = CertificateFacts & {
  /** Whether the one after it issued and signed it; null for the last. */
  readonly signedByNext: boolean | null;
  /** As `RSA 2048` or `EC prime256v1`. */
  readonly key: string;
  /** SHA-256 of the whole certificate. */
  readonly fingerprint: string;
};

export function linksOf(chain: readonly X509Certificate[]): readonly ChainLink[] {
  return chain.map((certificate, place) => {
    const issuer = chain[place + 1];
    return {
      ...factsOf(certificate),
      signedByNext: issuer === undefined ? null : isSignedBy(certificate, issuer),
      key: keyKind(certificate),
      fingerprint: certificate.fingerprint256,
    };
  });
}

function keyKind({ publicKey }: X509Certificate): string {
  const { asymmetricKeyType = 'unknown', asymmetricKeyDetails: details } = publicKey;
  return [asymmetricKeyType.toUpperCase(), details?.modulusLength ?? details?.namedCurve].filter(Boolean).join(' ');
}

/** The chain in a PEM text, link by link. */
export function chainLinks(pem: string): Fetched<readonly ChainLink[]> {
  const blocks = readBlocks(pem);
  return blocks.ok ? seen(linksOf(blocks.value)) : blocks;
}

const isSignedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

function readBlocks(pem: string): Fetched<readonly X509Certificate[]> {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
  if (!blocks) return { ok: false, why: 'unreadable', detail: 'there is no PEM certificate in it' };
  try {
    return seen(blocks.map((block) => new X509Certificate(block)));
  } catch {
    return { ok: false, why: 'unreadable', detail: 'a PEM block in it is no X.509 certificate' };
  }
}

/** Node writes a name with odd characters as a JSON string, so that a comma in it cannot pass for a second name. */
function dnsNames(subjectAltName: string): readonly string[] {
  return [...subjectAltName.matchAll(/(?:^|, )DNS:("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, name = '']) =>
    clean(name.startsWith('"') ? String(JSON.parse(name)) : name),
  );
}

/** Text of a certificate comes from whoever made it: one line, no control characters. */
const oneLine = (name: string | undefined): string => clean((name ?? '').split('\n').toReversed().join(', '));
const clean = (text: string): string => text.replaceAll(/\p{Cc}/gu, '');

/** Let's Encrypt's test CA puts (STAGING) into the names of its issuers (letsencrypt.org/docs/staging-environment). */
export const isStagingIssuer = (issuer: string): boolean => issuer.includes('(STAGING)');
