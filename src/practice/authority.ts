import { generateKeyPairSync, randomBytes } from 'node:crypto';
import forge from 'node-forge';

/** A certificate with its private key, in PEM; `chain` are the certificates above it that a server sends along. */
export type Identity = { readonly certificate: string; readonly key: string; readonly chain: string };

export type Names = { readonly commonName: string; readonly organisation?: string };

export type Authority = Identity & { readonly names: Names };

/** Keys are made by node:crypto: forge takes seconds for one. Making one still takes a tenth of a second, so each size is made once. */
const made = new Map<string, string>();

export function rsaKey(owner: string, bits = 2048, format: 'pkcs1' | 'pkcs8' = 'pkcs8'): string {
  const name = `${owner} ${bits} ${format}`;
  const key =
    made.get(name) ??
    generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ type: format, format: 'pem' }).toString();
  made.set(name, key);
  return key;
}

export function authority(names: Names, from: Date, to: Date, signer?: Authority): Authority {
  const key = rsaKey(names.commonName);
  const certificate = signed({ names, key, from, to, signer, isAuthority: true, hosts: [], addresses: [] });
  return { names, key, certificate, chain: signer ? signer.certificate + signer.chain : '' };
}

export function issued(
  by: Authority,
  wanted: {
    readonly commonName: string;
    readonly hosts: readonly string[];
    readonly addresses?: readonly string[];
    readonly from: Date;
    readonly to: Date;
    readonly key: string;
  },
): Identity {
  const { commonName, hosts, addresses = [], from, to, key } = wanted;
  const certificate = signed({
    names: { commonName },
    key,
    from,
    to,
    signer: by,
    isAuthority: false,
    hosts,
    addresses,
  });
  return { key, certificate, chain: by.certificate };
}

type Signing = {
  readonly names: Names;
  readonly key: string;
  readonly from: Date;
  readonly to: Date;
  readonly signer: Authority | undefined;
  readonly isAuthority: boolean;
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
};

function signed({ names, key, from, to, signer, isAuthority, hosts, addresses }: Signing): string {
  const certificate = forge.pki.createCertificate();
  const subject = forge.pki.privateKeyFromPem(key);
  certificate.publicKey = forge.pki.setRsaPublicKey(subject.n, subject.e);
  // A leading nought keeps the serial positive.
  certificate.serialNumber = `03${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = from;
  certificate.validity.notAfter = to;
  certificate.setSubject(attributes(names));
  certificate.setIssuer(attributes(signer?.names ?? names));
  certificate.setExtensions([
    { name: 'basicConstraints', cA: isAuthority, critical: true },
    isAuthority
      ? { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }
      : { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    ...(isAuthority ? [] : [{ name: 'extKeyUsage', serverAuth: true }]),
    ...(hosts.length + addresses.length > 0
      ? [
          {
            name: 'subjectAltName',
            altNames: [...hosts.map((value) => ({ type: 2, value })), ...addresses.map((ip) => ({ type: 7, ip }))],
          },
        ]
      : []),
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(signer?.key ?? key), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

const attributes = ({ commonName, organisation }: Names): forge.pki.CertificateField[] => [
  ...(organisation === undefined ? [] : [{ name: 'organizationName', value: organisation }]),
  ...(commonName === '' ? [] : [{ name: 'commonName', value: commonName }]),
];
