import { createPrivateKey, X509Certificate } from 'node:crypto';
import { textMapAt } from '../../core/kubernetes/field.ts';

/**
 * Whether the key of a TLS Secret belongs to its certificate; undefined where it does not hold both. Only this answer leaves the parser, the
 * key does not.
 */
export function keyFits(secret: unknown): boolean | undefined {
  const { 'tls.crt': certificate, 'tls.key': key } = textMapAt(secret, 'data');
  if (!certificate || !key) return undefined;
  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(Buffer.from(certificate, 'base64'));
  } catch {
    return undefined;
  }
  try {
    return leaf.checkPrivateKey(createPrivateKey(Buffer.from(key, 'base64')));
  } catch {
    // No key at all, or one that nobody can read.
    return false;
  }
}
