import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

/** A certificate authority of the test's own. Its keys are made by node:crypto: forge alone takes seconds. */
export type Authority = {
  readonly cert: string;
  readonly issue: (subject: Subject) => { readonly cert: string; readonly key: string };
};

export type Subject = {
  readonly commonName: string;
  readonly names: readonly string[];
  /** Hexadecimal. */
  readonly serial?: string;
  readonly notAfter?: Date;
  /** What it is for; anything where it does not say. */
  readonly usage?: 'serverAuth' | 'clientAuth';
};

export async function makeAuthority(commonName: string): Promise<Authority> {
  const keys = await rsaKeys();
  const root = forge.pki.createCertificate();
  root.publicKey = keys.publicKey;
  root.serialNumber = '01';
  root.validity = { notBefore: new Date('2026-01-01'), notAfter: new Date('2046-01-01') };
  root.setSubject([{ name: 'commonName', value: commonName }]);
  root.setIssuer(root.subject.attributes);
  root.setExtensions([{ name: 'basicConstraints', cA: true }]);
  root.sign(keys.privateKey, forge.md.sha256.create());

  const leafKeys = await rsaKeys();
  const issue = ({ commonName: name, names, serial, notAfter, usage }: Subject) => {
    const leaf = forge.pki.createCertificate();
    leaf.publicKey = leafKeys.publicKey;
    leaf.serialNumber = serial ?? `0a${randomBytes(8).toString('hex')}`;
    leaf.validity = { notBefore: new Date('2026-01-01'), notAfter: notAfter ?? new Date('2045-01-01') };
    leaf.setSubject([
      { name: 'organizationName', value: 'Example' },
      { name: 'commonName', value: name },
    ]);
    leaf.setIssuer(root.subject.attributes);
    leaf.setExtensions([
      {
        name: 'subjectAltName',
        altNames: names.map((value) => (isIP(value) ? { type: 7, ip: value } : { type: 2, value })),
      },
      ...(usage ? [{ name: 'extKeyUsage', [usage]: true }] : []),
    ]);
    leaf.sign(keys.privateKey, forge.md.sha256.create());
    return { cert: forge.pki.certificateToPem(leaf), key: forge.pki.privateKeyToPem(leafKeys.privateKey) };
  };
  return { cert: forge.pki.certificateToPem(root), issue };
}

async function rsaKeys() {
  const { generateKeyPair } = await import('node:crypto');
  const made = Promise.withResolvers<{ publicKey: string; privateKey: string }>();
  generateKeyPair(
    'rsa',
    {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    },
    (error, publicKey, privateKey) => (error ? made.reject(error) : made.resolve({ publicKey, privateKey })),
  );
  const { publicKey, privateKey } = await made.promise;
  return { publicKey: forge.pki.publicKeyFromPem(publicKey), privateKey: forge.pki.privateKeyFromPem(privateKey) };
}
