import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { ApiClient } from '../api-client.ts';
import { type KeyPair, newAuthority } from '../authority.ts';
import { servedIngresses } from './cluster.ts';
import { tlsOf } from './routing.ts';

/** What ingress-nginx shows where it has nothing better; the tool knows it by this name. */
export const fakeCertificate = (): KeyPair =>
  newAuthority('Kubernetes Ingress Controller Fake Certificate').issue({
    name: 'Kubernetes Ingress Controller Fake Certificate',
    organization: 'Acme Co',
    names: ['ingress.local'],
  });

const decoded = (value: string): string => Buffer.from(value, 'base64').toString();

/** The certificate of the Ingress' Secret, provided that there is one, that it has its key, and that it is for this host. */
export async function certificateFor(api: ApiClient, host: string): Promise<SecureContext | undefined> {
  const tls = tlsOf(await servedIngresses(api), host);
  if (tls === undefined || tls.secretName === '') return undefined;
  const secret = await api.find(`/api/v1/namespaces/${tls.namespace}/secrets/${tls.secretName}`);
  const certificate = decoded(secret?.data?.['tls.crt'] ?? '');
  const key = decoded(secret?.data?.['tls.key'] ?? '');
  if (certificate === '' || key === '') return undefined;
  try {
    if (new X509Certificate(certificate).checkHost(host) === undefined) return undefined;
    return createSecureContext({ cert: certificate, key });
  } catch {
    // Not a certificate, or not its key: nginx goes on with the fake one.
    return undefined;
  }
}
