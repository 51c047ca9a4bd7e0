import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Checked } from '../../../../src/core/setup/validate/checked.ts';
import { checkDomain, checkHost } from '../../../../src/core/setup/validate/domain.ts';
import { checkEmail } from '../../../../src/core/setup/validate/email.ts';
import { checkImage, parseImage } from '../../../../src/core/setup/validate/image.ts';
import { checkNamespace, checkOrigin } from '../../../../src/core/setup/validate/names.ts';
import { bitsAtMost, checkSecret, urlTarget } from '../../../../src/core/setup/validate/secret.ts';

const problem = (checked: Checked<unknown>): string => (checked.ok ? 'none' : checked.problem);
const value = <T>(checked: Checked<T>): T | undefined => (checked.ok ? checked.value : undefined);
const remarks = (checked: Checked<unknown>): string => (checked.ok ? checked.remarks.join(' ') : '');
const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);

describe('a domain', () => {
  it.each([
    ['orion.io', 'orion.io'],
    [' Orion.IO. ', 'orion.io'],
    ['a.b.co.uk', 'a.b.co.uk'],
    ['bücher.de', 'xn--bcher-kva.de'],
    ['team.github.io', 'team.github.io'],
  ])('%s is kept as %s', (typed, wanted) => expect(value(checkDomain(typed))).toBe(wanted));

  it.each([
    ['', /Type a name/],
    ['https://orion.io', /without https/],
    ['orion.io/auth', /without a path/],
    ['*.orion.io', /wildcard/],
    ['localhost', /no dot/],
    ['192.0.2.1', /not for addresses/],
    ['2001:db8::1', /may hold letters|not for addresses/],
    ['co.uk', /public suffix/],
    ['github.io', /public suffix/],
    ['a..io', /Two dots/],
    ['-a.io', /hyphen/],
    ['a_b.io', /letters, digits and hyphens/],
    [`${'a'.repeat(64)}.io`, /allows 63/],
    [`${`${'a'.repeat(60)}.`.repeat(4)}io`, /leaves room for/],
  ])('%s is refused', (typed, why) => expect(problem(checkDomain(typed))).toMatch(why));

  it('that no public CA issues for is remarked upon', () => {
    expect(remarks(checkDomain('example.org'))).toContain('issues nothing');
    expect(remarks(checkDomain('orion.test'))).toContain('issues nothing');
    expect(remarks(checkDomain('orion.corp'))).toContain('no public top-level domain');
    expect(remarks(checkDomain('orion.io'))).toBe('');
  });

  it('too long for a commonName says so from the first byte over 64', () => {
    const fits = `${'a'.repeat(48)}.io`;
    expect(`auth-staging.${fits}`).toHaveLength(64);
    expect(remarks(checkDomain(fits))).toBe('');
    expect(remarks(checkDomain(`a${fits}`))).toContain('without commonName');
  });

  test.prop([fc.array(label, { minLength: 1, maxLength: 4 })])(
    'made of labels is a host, and checking twice changes nothing',
    (labels) => {
      const checked = checkHost([...labels, 'io'].join('.'));
      expect(checked.ok).toBe(true);
      expect(value(checkHost(value(checked) ?? ''))).toBe(value(checked));
    },
  );

  test.prop([fc.string()])('of any text never throws, and what it keeps is a name', (text) => {
    const checked = checkDomain(text);
    if (checked.ok) expect(checked.value).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
  });
});

describe('an e-mail address', () => {
  it.each(['ops@orion.io', 'a.b+c@sub.orion.io', '', 'mailto:ops@orion.io'])('%s is taken', (typed) => {
    expect(checkEmail(typed, { isPublic: true }).ok).toBe(true);
  });
  it.each([
    'ops',
    '@orion.io',
    'ops@',
    'a b@orion.io',
    '.a@orion.io',
    'a..b@orion.io',
    'ops@localhost',
    'ops@orion_x.io',
    `${'a'.repeat(65)}@orion.io`,
  ])('%s is refused', (typed) => expect(checkEmail(typed, { isPublic: false }).ok).toBe(false));
  it.each(['ops@example.com', 'ops@sub.example.org', 'ops@orion.test'])(
    '%s is refused where the CA is public only',
    (typed) => {
      expect(problem(checkEmail(typed, { isPublic: true }))).toContain("Let's Encrypt refuses");
      expect(remarks(checkEmail(typed, { isPublic: false }))).toContain('refuse');
    },
  );
});

describe('an image', () => {
  const digest = `sha256:${'0af1'.repeat(16)}`;
  it.each([
    'ghcr.io/orion/auth-service:1.4.2',
    `ghcr.io/orion/auth-service@${digest}`,
    `ghcr.io/orion/auth-service:1.4.2@${digest}`,
    'localhost:5000/auth:dev',
    'registry.orion.io:8443/team/sub/auth_service:V1',
  ])('%s is taken', (typed) => expect(value(checkImage(typed))).toBe(typed));
  it.each([
    ['auth-service:1', /docker\.io\/library\/auth-service:1/],
    ['orion/auth-service:1', /docker\.io\/orion\/auth-service:1/],
    ['ghcr.io/orion/auth-service', /tag or a digest/],
    ['ghcr.io/Orion/auth-service:1', /lower case/],
    ['ghcr.io/orion/auth-service@sha256:12', /64 hexadecimal/],
    ['https://ghcr.io/orion/auth:1', /without https/],
    ['ghcr.io/orion/auth: 1', /no spaces/],
    ['', /Type an image/],
  ])('%s is refused', (typed, why) => expect(problem(checkImage(typed))).toMatch(why));
  it('with the tag latest is warned about, unless a digest pins it', () => {
    expect(remarks(checkImage('ghcr.io/orion/auth:latest'))).toContain('moves');
    expect(remarks(checkImage(`ghcr.io/orion/auth:latest@${digest}`))).toBe('');
  });
  it('comes apart at a port and at a tag alike', () => {
    expect(parseImage('localhost:5000/auth:dev')).toEqual({ registry: 'localhost:5000', path: 'auth', tag: 'dev' });
  });
});

describe('an origin', () => {
  it.each([
    ['https://app.orion.io', 'https://app.orion.io'],
    ['https://App.orion.io:443/', 'https://app.orion.io'],
    ['http://localhost:3000', 'http://localhost:3000'],
  ])('%s is kept as %s', (typed, wanted) => expect(value(checkOrigin(typed))).toBe(wanted));
  it.each([
    '*',
    'https://*.orion.io',
    'app.orion.io',
    'https://app.orion.io/path',
    'https://u:p@app.orion.io',
    'ftp://app.orion.io',
  ])('%s is refused', (typed) => {
    expect(checkOrigin(typed).ok).toBe(false);
  });
  it('without TLS is remarked upon', () =>
    expect(remarks(checkOrigin('http://app.orion.io'))).toContain('not encrypted'));
});

describe('a namespace', () => {
  it.each(['a', 'orion-web', '1a', 'a'.repeat(63)])('%s is taken', (name) =>
    expect(checkNamespace(name).ok).toBe(true),
  );
  it.each(['', 'A', '-a', 'a-', 'a.b', 'a_b', 'a'.repeat(64)])('%s is refused', (name) =>
    expect(checkNamespace(name).ok).toBe(false),
  );
});

describe('a database or Redis URL', () => {
  it.each([
    ['database-url', 'postgres://u:p@db.orion-data.svc:5433/auth', 'db.orion-data.svc', 5433],
    ['database-url', 'postgresql://u:p%40q@db/auth?sslmode=require', 'db', 5432],
    ['redis-url', 'redis://:p@cache:6380/0', 'cache', 6380],
    ['redis-url', 'rediss://cache.orion.io', 'cache.orion.io', 6379],
    ['redis-url', 'redis://[2001:db8::7]', '2001:db8::7', 6379],
  ] as const)('%s %s leads to %s:%i', (key, url, host, port) =>
    expect(value(urlTarget(key, url))).toEqual({ host, port }),
  );

  it.each([
    ['database-url', '', /Type a URL/],
    ['database-url', 'redis://cache', /does not begin/],
    ['redis-url', 'postgres://db', /does not begin/],
    ['database-url', 'postgres://u:p@localhost/a', /the pod itself/],
    ['database-url', 'postgres://u:p@h1:1,h2:2/a', /several hosts/],
    ['database-url', 'postgres://u:p@w@db/a', /%40/],
    ['database-url', 'postgres://u:p/w@db/a', /%2F|cannot be read/],
    ['database-url', 'postgres://u:p w@db/a', /space/],
    ['database-url', 'postgres:///a', /no host|cannot be read|one host/],
  ] as const)('%s %s is refused', (key, url, why) => expect(problem(urlTarget(key, url))).toMatch(why));

  test.prop([
    fc.stringMatching(/^[A-Za-z0-9/@#?: ,]{8,40}$/),
    fc.constantFrom('database-url', 'redis-url', 'jwt-secret'),
  ])('is never quoted, whatever is wrong with it', (text, key) => {
    const planted = `zq${text}zq`;
    const said = checkSecret(key as 'jwt-secret', `postgres://u:${planted}@`);
    const plain = checkSecret(key as 'jwt-secret', planted);
    for (const checked of [said, plain])
      expect(checked.ok ? checked.remarks.join() : checked.problem).not.toContain(planted);
  });
});

describe('a jwt-secret', () => {
  it.each([
    ['a'.repeat(64), /repeats/],
    ['abcdefgh'.repeat(8), /repeats|sample/],
    ['short', /5 bytes/],
    ['my-secret-key-for-production-2026-xyz', /sample/],
    [`Zk3${'x'.repeat(10)}\n${'Qw8vN2'.repeat(6)}`, /line break/],
  ])('%s is refused', (text, why) => expect(problem(checkSecret('jwt-secret', text))).toMatch(why));
  it('of 32 random bytes is taken as hex and as base64, without the line break of a paste', () => {
    const hex = '9f2c4b1e7a8d3f60c5e1b29478d6a03f5b7c9e2d4f6a8b0c1d3e5f7092a4b6c8';
    expect(value(checkSecret('jwt-secret', `${hex}\n`))).toBe(hex);
    expect(value(checkSecret('jwt-secret', 'nyxLHnqNP2DFx5JB1tagP1t8ni1PaosMHT5fcJKktsg='))).toBeDefined();
  });
  test.prop([fc.stringMatching(/^[a-z]{1,8}$/), fc.integer({ min: 2, max: 9 })])(
    'repeated is no stronger',
    (text, times) => {
      expect(bitsAtMost(text.repeat(times))).toBe(bitsAtMost(text));
    },
  );
});
