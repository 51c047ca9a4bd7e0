import { createPrivateKey, X509Certificate } from 'node:crypto';
import forge from 'node-forge';

export type Requested = { readonly commonName: string; readonly hosts: readonly string[] };

/** A certificate signing request in PEM, signed by `key`. */
export function signingRequest({ commonName, hosts }: Requested, key: string): string {
  const held = requests.get(`${commonName} ${hosts.join(' ')} ${key}`);
  if (held !== undefined) return held;
  const request = forge.pki.createCertificationRequest();
  const own = forge.pki.privateKeyFromPem(key);
  request.publicKey = forge.pki.setRsaPublicKey(own.n, own.e);
  request.setSubject(commonName === '' ? [] : [{ name: 'commonName', value: commonName }]);
  request.setAttributes([
    {
      name: 'extensionRequest',
      extensions: [{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) }],
    },
  ]);
  request.sign(own, forge.md.sha256.create());
  const text = forge.pki.certificationRequestToPem(request).replaceAll('\r\n', '\n');
  requests.set(`${commonName} ${hosts.join(' ')} ${key}`, text);
  return text;
}

/** Signing takes long enough to be remembered. */
const requests = new Map<string, string>();

/** Reading keys and requests takes milliseconds, and every turn of a controller asks again. */
function remembered<T>(read: (...texts: readonly string[]) => T): (...texts: readonly string[]) => T | undefined {
  const held = new Map<string, T | undefined>();
  return (...texts) => {
    const name = texts.join('\n');
    if (!held.has(name))
      held.set(
        name,
        orUndefined(() => read(...texts)),
      );
    return held.get(name);
  };
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

type Extensions = {
  readonly extensions?: readonly {
    readonly name?: string;
    readonly altNames?: readonly { readonly value: string }[];
  }[];
};

/** What a request asks for, or undefined where it cannot be read (forge knows RSA only; a scenario may hold anything). */
export const requestedIn = remembered((pem = ''): Requested => {
  const request = forge.pki.certificationRequestFromPem(pem);
  const asked = request.getAttribute({ name: 'extensionRequest' }) as Extensions | null;
  const names = asked?.extensions?.find(({ name }) => name === 'subjectAltName')?.altNames ?? [];
  const commonName: unknown = request.subject.getField('CN')?.value;
  return { commonName: typeof commonName === 'string' ? commonName : '', hosts: names.map(({ value }) => value) };
});

export type KeyFacts = { readonly algorithm: string; readonly size: number | undefined };

export const keyFacts = remembered((pem = ''): KeyFacts => {
  const key = createPrivateKey(pem);
  return {
    algorithm: key.asymmetricKeyType === 'rsa' ? 'RSA' : key.asymmetricKeyType === 'ec' ? 'ECDSA' : 'Ed25519',
    size: key.asymmetricKeyDetails?.modulusLength,
  };
});

/** Whether a private key belongs to a certificate; undefined where either cannot be read. */
export const belongTogether = remembered((key = '', certificate = ''): boolean =>
  new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)),
);
