import { textMapAt } from '../../core/kubernetes/field.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';

/** The private key and the certificates of a TLS Secret, in PEM; empty where they are not there. */
export function pairOf(secret: KubernetesObject): { readonly key: string; readonly chain: string } {
  const data = textMapAt(secret, 'data');
  const text = (name: string): string => Buffer.from(data[name] ?? '', 'base64').toString();
  return { key: text('tls.key'), chain: text('tls.crt') };
}
