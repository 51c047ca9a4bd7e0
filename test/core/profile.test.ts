import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  differencesFrom,
  formatProfile,
  type Profile,
  parseProfile,
  pinOf,
  toProfile,
} from '../../src/core/profile.ts';

const pin = { server: 'https://192.0.2.1:6443', caFingerprint: 'ab', clusterUid: 'u-1' };
const staging = { context: 'my-cluster', pin, namespace: 'orion-staging', host: 'auth-staging.example.org' };
const profile: Profile = {
  version: 1,
  name: 'example',
  domain: 'example.org',
  corsOrigins: ['https://app.example.org'],
  acme: { staging: { server: 'https://acme.example.net/dir', caBundleFile: 'ca.pem' } },
  environments: {
    staging: { ...staging, gate: { digest: 'd', passedAt: '2026-11-23T05:00:00Z', base: 'b', image: 'i' } },
  },
};

describe('a profile', () => {
  const word = fc.string({ minLength: 1, maxLength: 50 });
  const server = fc.webUrl();
  const environment = fc.record({
    context: word,
    pin: fc.record({ server, caFingerprint: fc.option(word), clusterUid: fc.option(word) }),
    namespace: word,
    host: word,
  });
  const any = fc.record(
    {
      version: fc.constant(1 as const),
      name: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/),
      email: word,
      tree: word,
      allowFromNamespaces: fc.array(word),
      environments: fc.record({ staging: environment, production: environment }, { requiredKeys: [] }),
    },
    { requiredKeys: ['version', 'name', 'environments'] },
  );

  property.prop([any, fc.constantFrom('json' as const, 'yaml' as const)])(
    'is the same after export and import',
    (given, format) => {
      expect(parseProfile(formatProfile(given, format), 'x')).toEqual(given);
    },
  );

  test('with everything in it is the same after export and import', () => {
    expect(parseProfile(formatProfile(profile, 'yaml'), 'x')).toEqual(profile);
  });
});

describe('no secret gets into a profile', () => {
  test.each<[string, object, string]>([
    ['at the top', { ...profile, databasePassword: 's3cret' }, 'databasePassword'],
    ['in an environment', { ...profile, environments: { staging: { ...staging, token: 's3cret' } } }, 'token'],
    [
      'in a pin',
      { ...profile, environments: { staging: { ...staging, pin: { ...pin, clientKey: 's3cret' } } } },
      'clientKey',
    ],
    ['in acme', { ...profile, acme: { staging: { server: 'https://a.example.org/', hmacKey: 's3cret' } } }, 'hmacKey'],
  ])('an unknown key %s is refused, by its name and not by its value', (_, value, key) => {
    const stop = expectStop(() => toProfile(value, 'profile.yaml'));
    expect(stop).toMatchObject({ reason: 'usage', message: expect.stringContaining(`"${key}"`) });
    expect(stop.message).toContain('profile.yaml');
    expect(stop.message).not.toContain('s3cret');
  });

  test.each(['https://ops:s3cret@acme.example.net/dir', 'https://acme.example.net/dir?token=s3cret'])(
    'a URL that carries one is refused',
    (server) => {
      const stop = expectStop(() => toProfile({ ...profile, acme: { staging: { server } } }, 'x'));
      expect(stop.message).toContain('credentials');
      expect(stop.message).not.toContain('s3cret');
    },
  );
});

test.each([
  ['../../etc', 'lower-case letters'],
  ['', 'lower-case letters'],
  ['a'.repeat(64), '63'],
])('"%s" is no name', (name, message) =>
  expect(expectStop(() => toProfile({ ...profile, name }, 'x')).message).toContain(message),
);

test('a file of a newer version is not guessed at', () => {
  expect(expectStop(() => toProfile({ ...profile, version: 2 }, 'x')).message).toContain('newer orion-setup');
});

test.each(['{', 'null', '[]', 'just text'])('"%s" is a usage error', (text) => {
  expect(expectStop(() => parseProfile(text, 'x.yaml')).message).toMatch(/^x\.yaml is not/);
});

describe('a pin', () => {
  const identity = { context: 'my-cluster', server: pin.server, caFingerprint: 'ab', uid: 'u-1', namespace: 'default' };

  test('fits the cluster it was made of', () => expect(differencesFrom(pinOf(identity), identity)).toEqual([]));

  test.each([
    [{ server: 'https://192.0.2.9:6443' }, 'server is https://192.0.2.9:6443, pinned is https://192.0.2.1:6443'],
    [{ caFingerprint: 'cd' }, 'CA fingerprint is cd, pinned is ab'],
    [{ caFingerprint: null }, 'CA fingerprint is none, pinned is ab'],
    [{ uid: 'u-2' }, 'cluster uid is u-2, pinned is u-1'],
  ])('differs from a cluster with %o', (other, sentence) =>
    expect(differencesFrom(pin, { ...identity, ...other })).toEqual([sentence]),
  );

  test('that trusts what the system trusts differs from a cluster with a CA of its own', () => {
    expect(differencesFrom({ ...pin, caFingerprint: null }, identity)).toEqual([
      'CA fingerprint is ab, pinned is none',
    ]);
  });

  test('says nothing about a uid that may not be read', () => {
    expect(differencesFrom(pin, { ...identity, uid: null })).toEqual([]);
    expect(differencesFrom({ ...pin, clusterUid: null }, identity)).toEqual([]);
  });
});

function expectStop(act: () => unknown): Error & { readonly reason: string } {
  try {
    act();
  } catch (error) {
    expect(error).toMatchObject({ name: 'ExpectedStop', reason: 'usage' });
    return error as Error & { readonly reason: string };
  }
  throw new Error('nothing was thrown');
}
