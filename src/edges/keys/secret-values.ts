import { createHmac, randomBytes, randomInt } from 'node:crypto';

/** A fresh secret: `bytes` random bytes as base64url, without padding (RFC 4648, 5). 32 bytes are 256 bits. */
export function randomSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** A salt for `fingerprint`, hexadecimal, 128 bits. */
export const randomSalt = (): string => randomBytes(16).toString('hex');

/** Says whether two values are the same one without telling either: keyed SHA-256 (RFC 2104), its first 64 bits. */
export function fingerprint(salt: string, value: string): string {
  return `fingerprint:${createHmac('sha256', Buffer.from(salt, 'hex')).update(value).digest('hex').slice(0, 16)}`;
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A short random name for people to type: lower-case base32 (RFC 4648, 6). */
export function randomName(length: number): string {
  return Array.from({ length }, () => base32[randomInt(base32.length)]).join('');
}
