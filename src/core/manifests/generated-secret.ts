import type { KubernetesObject } from '../kubernetes/object.ts';
import { base64 } from './base64.ts';
import type { Hash } from './hash.ts';
import { refuseUnfitSecrets, type SecretValues, secretKeys } from './secrets-env.ts';

/** The Secret's name before the suffix: what the Deployment of the base refers to. */
export const secretName = 'auth-service-secrets';

/**
 * The Secret as kustomize's secretGenerator makes it, with the hash of its contents in its name. Held in memory only. What
 * secrets.env could not carry is refused, so that both ways give the same Secret.
 */
export function generatedSecret(values: SecretValues, namespace: string, hash: Hash): KubernetesObject {
  refuseUnfitSecrets(values);
  const data = Object.fromEntries(secretKeys.map((key) => [key, base64(values[key])]));
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `${secretName}-${suffix(data, hash)}`, namespace },
    type: 'Opaque',
    data,
  };
}

/**
 * kustomize's suffix: the first ten hex digits of the SHA-256 of the Secret's JSON with sorted keys, in an alphabet without vowels
 * and look-alikes. The JSON holds the base64 broken into lines of 70, as kustomize writes it, and no name: kustomize looks for a
 * field called `metadata/name`, finds none, and so keeps hashing the empty text.
 * Source: kustomize, api/hasher/hasher.go and kyaml's encodeBase64.
 */
function suffix(data: Readonly<Record<string, string>>, hash: Hash): string {
  const sorted = Object.fromEntries(
    Object.entries(data)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, brokenIntoLines(value)]),
  );
  const json = JSON.stringify({ data: sorted, kind: 'Secret', name: '', type: 'Opaque' });
  return [...hash(json).slice(0, 10)].map((digit) => mangled[digit] ?? digit).join('');
}

const mangled: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/** kustomize ends every line with a line feed, the last one too, as soon as the text has 70 characters. */
function brokenIntoLines(encoded: string): string {
  return encoded.length < 70 ? encoded : (encoded.match(/.{1,70}/g) ?? []).map((line) => `${line}\n`).join('');
}
