import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

export type KeyPair = { readonly certificate: string; readonly key: string };
export type Authority = {
  readonly certificate: string;
  readonly issue: (subject: Subject) => KeyPair;
};
type Subject = { readonly name: string; readonly organization?: string; readonly names?: readonly string[] };

const day = 24 * 3600 * 1000;

/** RSA by node:crypto: node-forge needs seconds for a key, and reads no elliptic curves. */
export function newKey(): string {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;
}

function attributes(subject: Subject): forge.pki.CertificateField[] {
  const organization =
    subject.organization === undefined ? [] : [{ name: 'organizationName', value: subject.organization }];
  return [...organization, { name: 'commonName', value: subject.name }];
}

function blank(subject: Subject, key: string): forge.pki.Certificate {
  const privateKey = forge.pki.privateKeyFromPem(key);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  // A small first byte keeps the serial number positive; a zero before another small one would be no DER.
  certificate.serialNumber = `0a${randomBytes(12).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - day);
  certificate.validity.notAfter = new Date(Date.now() + 3650 * day);
  certificate.setSubject(attributes(subject));
  return certificate;
}

const alternative = (name: string) => (isIP(name) > 0 ? { type: 7, ip: name } : { type: 2, value: name });

/** One key for all that is issued: nobody is to be kept out here, and keys are what takes time. */
let sharedLeafKey: string | undefined;

/** A certificate authority of this bed's own. */
export function newAuthority(name: string): Authority {
  const subject = { name };
  const key = newKey();
  const signer = forge.pki.privateKeyFromPem(key);
  const root = blank(subject, key);
  root.setIssuer(attributes(subject));
  root.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  root.sign(signer, forge.md.sha256.create());
  sharedLeafKey ??= newKey();
  const leafKey = sharedLeafKey;
  return {
    certificate: forge.pki.certificateToPem(root),
    issue: (leafSubject) => {
      const leaf = blank(leafSubject, leafKey);
      leaf.setIssuer(root.subject.attributes);
      leaf.setExtensions([
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        { name: 'subjectAltName', altNames: (leafSubject.names ?? []).map(alternative) },
      ]);
      leaf.sign(signer, forge.md.sha256.create());
      return { certificate: forge.pki.certificateToPem(leaf), key: leafKey };
    },
  };
}
