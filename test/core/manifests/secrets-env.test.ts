import { test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { endpointOf } from '../../../src/core/manifests/endpoint.ts';
import { generatedSecret } from '../../../src/core/manifests/generated-secret.ts';
import {
  formatSecrets,
  parseSecretsEnv,
  problemOfSecret,
  secretKeys,
} from '../../../src/core/manifests/secrets-env.ts';
import { randomSecrets } from './random-settings.ts';
import { sampleSecrets, sha256 } from './sample-settings.ts';

const good = 'database-url=a\nredis-url=b\njwt-secret=c\n';

describe('secrets.env', () => {
  property.prop([randomSecrets])('what was written reads back', (values) => {
    expect(parseSecretsEnv(formatSecrets(values))).toEqual({ ok: true, values });
  });

  test.each([
    [
      'the rest of the line, as it stands',
      'database-url=a=b # "c" \nredis-url= b\njwt-secret=\'c\'',
      { 'database-url': 'a=b # "c" ', 'redis-url': ' b', 'jwt-secret': "'c'" },
    ],
    [
      'comments, empty lines, blanks before a key',
      `# a\n\n  ${good}`,
      { 'database-url': 'a', 'redis-url': 'b', 'jwt-secret': 'c' },
    ],
    [
      'a file from Windows',
      `\uFEFF${good.replaceAll('\n', '\r\n')}`,
      { 'database-url': 'a', 'redis-url': 'b', 'jwt-secret': 'c' },
    ],
  ])('takes %s', (_what, text, values) => {
    expect(parseSecretsEnv(text)).toEqual({ ok: true, values });
  });

  test.each([
    [
      'a line without =',
      'database-url\nredis-url=b\njwt-secret=c',
      [{ line: 1, because: 'has no =, so kustomize would take the value from the environment' }],
    ],
    [
      'another key',
      `${good}swordfish=d`,
      [{ line: 4, because: 'begins with none of database-url=, redis-url=, jwt-secret=' }],
    ],
    ['a key twice', `${good}jwt-secret=swordfish`, [{ line: 4, because: 'names jwt-secret a second time' }]],
    ['an empty value', 'database-url=a\nredis-url=\njwt-secret=c', [{ line: 2, because: 'redis-url is empty' }]],
    ['a missing key', 'database-url=a\nredis-url=b', [{ because: 'jwt-secret is missing' }]],
    ['an empty file', '', secretKeys.map((key) => ({ because: `${key} is missing` }))],
    [
      'blanks around the key',
      'database-url =a\nredis-url=b\njwt-secret=c',
      [{ line: 1, because: 'begins with none of database-url=, redis-url=, jwt-secret=' }],
    ],
  ])('refuses %s by its line, and quotes nothing', (_what, text, problems) => {
    const read = parseSecretsEnv(text);
    expect(read).toEqual({ ok: false, problems });
    expect(JSON.stringify(read)).not.toContain('swordfish');
  });

  test.each(['', 'swordfish\n', 'swordfish\r', 'swordfish\0', 'swordfish\uD800', 'swordfish'.repeat(10_000)])(
    'a value that cannot stand in the file is refused without being shown',
    (value) => {
      const secrets = { ...sampleSecrets, 'jwt-secret': value };
      expect(problemOfSecret('jwt-secret', value)).toContain('jwt-secret');
      expect(() => generatedSecret(secrets, 'orion-staging', sha256)).toThrow(/^jwt-secret (?!.*swordfish)/);
      expect(() => formatSecrets(secrets)).toThrow(/^jwt-secret (?!.*swordfish)/);
    },
  );
});

describe('the place of a database or a Redis', () => {
  test.each([
    ['postgres://auth:x@db.example.net/auth', 'db.example.net', 5432],
    ['postgresql://auth:x@db.example.net:6432/auth?sslmode=require', 'db.example.net', 6432],
    ['redis://:p%40ss@Redis.Caches.svc', 'redis.caches.svc', 6379],
    ['rediss://redis.example.net:6380/1', 'redis.example.net', 6380],
    ['postgres://u:p@[2001:db8::7]:5433/x', '2001:db8::7', 5433],
    [' redis://10.0.0.7\n', '10.0.0.7', 6379],
  ])('%s: %s, port %i', (url, host, port) => {
    expect(endpointOf(url)).toEqual({ ok: true, endpoint: { host, port } });
  });

  test.each([
    ['no URL', 'swordfish'],
    ['another scheme', 'mysql://u:swordfish@db.example.net/x'],
    ['a socket', 'unix:///run/swordfish.sock'],
    ['no host', 'postgres:///swordfish'],
    ['several hosts', 'postgres://u:swordfish@a:1,b:2/x'],
    ['an unescaped # in the password', 'postgres://u:5432#swordfish@db.example.net/x'],
    ['an unescaped / in the password', 'postgres://u:5432/swordfish@db.example.net/x'],
    ['an unescaped ? in the password', 'redis://:5432?swordfish@db.example.net'],
  ])('%s is refused, and not quoted', (_what, url) => {
    const parsed = endpointOf(url);
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain('swordfish');
  });
});
