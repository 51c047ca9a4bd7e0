import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { redact, redactText } from '../../src/core/redact.ts';

const base64url = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'),
    minLength: length,
    maxLength: length,
  });
const token = fc.integer({ min: 22, max: 60 }).chain(base64url);
const keyAuthorization = fc.tuple(token, base64url(43)).map((parts) => parts.join('.'));
/** What stands around a secret in a message: never a letter that would make it longer. */
const around = fc.constantFrom('', ' ', '"', "'", '\n', '(', ')', '=', ',', ': ', '«', '\u2029');
const anyText = fc.string({ unit: 'binary' });
const json = fc.jsonValue({ stringUnit: 'binary' });
const unfit = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

describe('control characters', () => {
  test.each([
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x1b]0;title\x07text', 'text'],
    ['\x1b]8;;https://evil\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['a\x1bb', 'ab'],
    ['a\r\nb\tc', 'a\nb\tc'],
    ['\x9b31mC1', '31mC1'],
    ['abc\u202ednuora', 'abcdnuora'],
    ['ünïcödé ✓ 日本', 'ünïcödé ✓ 日本'],
  ])('%j becomes %j', (text, wanted) => {
    expect(redactText(text)).toBe(wanted);
  });

  property.prop([anyText])('none is left of any text', (text) => {
    expect(redactText(text)).not.toMatch(unfit);
  });
});

describe('secrets', () => {
  property.prop([keyAuthorization, around, around])(
    'a key authorization, whatever stands around it',
    (key, before, after) => {
      const text = `expected ${before}${key}${after} but got`;
      expect(redactText(text)).not.toContain(key.split('.')[1]);
    },
  );

  property.prop([
    fc.array(
      fc.tuple(
        around.filter((text) => text !== ''),
        keyAuthorization,
      ),
      { minLength: 2, maxLength: 5 },
    ),
  ])('several of them', (parts) => {
    const text = redactText(parts.flat().join(''));
    for (const [, key] of parts) expect(text).not.toContain(key);
  });

  property.prop([fc.object(), fc.array(base64url(30), { minLength: 2, maxLength: 2 })])(
    'a JSON web token',
    (claims, [payload = '', signature = '']) => {
      const header = Buffer.from(JSON.stringify({ alg: 'ES256', ...claims })).toString('base64url');
      const text = redactText(`failed: ${header}.${payload}.${signature} is expired`);
      expect(text).toBe('failed: «token» is expired');
    },
  );

  test.each([
    ['https://cdn/x?jwt=abc&b=1', 'https://cdn/x?jwt=«token»&b=1'],
    ['https://x/?a=1&access_token=s3cret"', 'https://x/?a=1&access_token=«token»"'],
    ['https://s3/x?X-Amz-Signature=abc', 'https://s3/x?X-Amz-Signature=«token»'],
    ['postgres://orion:p@ss/w0rd@db:5432/x', 'postgres://orion:«password»@db:5432/x'],
    ['rediss://:hunter2@redis:6379', 'rediss://:«password»@redis:6379'],
    ['postgresql://u:a/b@db', 'postgresql://u:«password»@db'],
    ['https://me:pw@registry/x', 'https://me:«password»@registry/x'],
    ['Authorization: Bearer abcdefghijkl.mno~p==', 'Authorization: Bearer «token»'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nrest', '«private key»\nrest'],
    ['-----BEGIN PRIVATE KEY-----\ncut off in the mid', '«private key»'],
  ])('%s', (text, wanted) => {
    expect(redactText(text)).toBe(wanted);
  });
});

test.each([
  'acme: authorization error for auth.example.org: 400 urn:ietf:params:acme:error:dns: DNS problem: NXDOMAIN looking up A for auth.example.org',
  'Get "http://auth-staging.example.org/.well-known/acme-challenge/aGVsbG8taGVsbG8taGVsbG8taGVsbG8taGVsbG8taGVs": dial tcp 203.0.113.9:80: i/o timeout',
  'https://acme-v02.api.letsencrypt.org/acme/chall/123/456/abcdef',
  'registry.example.org:5000/auth@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'oci://registry:5000/x@sha256:9f86d081884c7d65',
  'prometheus-operator-75f6d9c8c4-x7k2p.monitoring-system-of-a-rather-long-name.svc.cluster.local:8080',
  'Back-off restarting failed container main in pod auth-service-6c9f7d5b9-abcde_orion-staging(0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0)',
  // 44 characters after the dot: no SHA-256.
  `${'a'.repeat(24)}.${'b'.repeat(44)}`,
  'Bearer token is missing',
  '2026-11-23T05:00:00Z user@host:~/x?y=z',
])('what is no secret stays as it is: %s', (text) => {
  expect(redactText(text)).toBe(text);
});

property.prop([json])('doing it again changes nothing, and the value given is left as it is', (value) => {
  const before = JSON.stringify(value);
  const once = redact(value);
  expect(redact(once)).toEqual(once);
  expect(JSON.stringify(value)).toBe(before);
});

property.prop([json, keyAuthorization])('at any depth, keys too', (value, key) => {
  const out = JSON.stringify(redact({ [key]: [value, { deep: key }] }));
  expect(out).not.toContain(key);
  expect(out).not.toMatch(/[\x00-\x08\x0b-\x1f]/);
});

test('a key of a prototype stays a key', () => {
  const value = JSON.parse('{"__proto__": {"polluted": true}}');
  expect(JSON.stringify(redact(value))).toBe('{"__proto__":{"polluted":true}}');
  expect({}).not.toHaveProperty('polluted');
});

test.each([
  ['one letter', 'a'.repeat(1_000_000)],
  ['beginnings of tokens', 'eyJ_'.repeat(250_000)],
  ['dots', 'abcdefghijklmnopqrstuvwx.'.repeat(40_000)],
  ['schemes', 'https://u:'.repeat(100_000)],
  ['questions', '?key='.repeat(200_000)],
  ['keys without an end', '-----BEGIN PRIVATE KEY-----'.repeat(40_000)],
  ['titles without an end', '\x1b]'.repeat(500_000)],
  ['sequences without an end', '\x1b[0;'.repeat(250_000)],
])('a megabyte of %s takes no time worth speaking of', (_what, text) => {
  // Of this thread alone: what else the machine does is not its fault.
  const before = process.threadCpuUsage();
  redactText(text);
  const { user, system } = process.threadCpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(1000);
});
