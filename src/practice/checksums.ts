/** FNV-1, 32 bits: cert-manager names Orders and Challenges by it (pkg/api/util/names.go). */
export function fnv1(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  return hash;
}

/** Adler-32: cert-manager labels the solver's objects by it (pkg/issuer/acme/http). */
export function adler32(text: string): number {
  let [low, high] = [1, 0];
  for (const byte of Buffer.from(text)) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}
