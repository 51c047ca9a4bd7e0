import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { fingerprint, randomName, randomSalt, randomSecret } from '../../../src/edges/keys/secret-values.ts';

test('a secret has as many random bytes as asked for, in characters that need no quotes anywhere', () => {
  expect(randomSecret()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(Buffer.from(randomSecret(64), 'base64url')).toHaveLength(64);
  expect(new Set(Array.from({ length: 1000 }, () => randomSecret())).size).toBe(1000);
});

property.prop([fc.string(), fc.string()])(
  'a fingerprint tells values apart, and says nothing about them',
  (one, other) => {
    const salt = '00112233445566778899aabbccddeeff';
    expect(fingerprint(salt, one)).toMatch(/^fingerprint:[0-9a-f]{16}$/);
    expect(fingerprint(salt, one) === fingerprint(salt, other)).toBe(one === other);
  },
);

test('the same value has another fingerprint under another salt', () => {
  const salts = Array.from({ length: 50 }, randomSalt);
  expect(new Set(salts.map((salt) => fingerprint(salt, 's3cret'))).size).toBe(50);
});

test('a fingerprint is HMAC-SHA-256 (RFC 4231, test case 2)', () => {
  expect(fingerprint(Buffer.from('Jefe').toString('hex'), 'what do ya want for nothing?')).toBe(
    'fingerprint:5bdcc146bf60754e',
  );
});

test('a name is of base32 characters, all of which come up', () => {
  expect(randomName(6)).toMatch(/^[a-z2-7]{6}$/);
  expect(new Set(randomName(5000)).size).toBe(32);
});
