import { X509Certificate } from 'node:crypto';

/** The one file of core that may use node:crypto: reading a certificate is a pure function of its bytes. */
export type CertificateFacts = {
  /** Upper-case hex without separators. */
  readonly serial: string;
  /** As `CN=auth.example.org`, most specific first, on one line. */
  readonly subject: string;
  readonly issuer: string;
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
    names: (certificate.subjectAltName ?? '')
      .split(', ')
      .filter((name) => name.startsWith('DNS:'))
      .map((name) => name.slice(4)),
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
  };
}

/** Text of a certificate comes from whoever made it: one line, no control characters. */
const oneLine = (name: string | undefined): string => (name ?? '').split('\n').toReversed().join(', ').replaceAll(/\p{Cc}/gu, '');

/** Let's Encrypt's test CA puts (STAGING) into the names of its issuers (letsencrypt.org/docs/staging-environment). */
export const isStagingIssuer = (issuer: string): boolean => issuer.includes('(STAGING)');
