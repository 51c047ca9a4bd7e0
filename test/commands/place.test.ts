import { describe, expect, test } from 'vitest';
import { insistOnPin, type Place } from '../../src/commands/place.ts';
import type { ClusterIdentity } from '../../src/core/outside/cluster-reader.ts';
import type { Profile } from '../../src/core/profile.ts';

const identity: ClusterIdentity = {
  context: 'eu',
  server: 'https://10.0.0.1:6443',
  caFingerprint: 'ab'.repeat(32),
  uid: 'uid-of-kube-system',
  namespace: 'default',
};
const pin = { server: identity.server, caFingerprint: identity.caFingerprint, clusterUid: identity.uid };
const environmentOf = (name: string) => ({ context: 'eu', namespace: name, host: `${name}.example.org`, pin });
const profile = {
  version: 1,
  name: 'eu',
  environments: { staging: environmentOf('orion-staging'), production: environmentOf('orion-prod') },
} as unknown as Profile;
const placeOn = (environment: Place['environment']): Place => ({
  profile: environment && profile,
  environment,
  context: 'eu',
  namespace: environment === 'production' ? 'orion-prod' : 'orion-staging',
});
const unnamed = { ...identity, uid: null };

describe('which cluster may be written to', () => {
  test.each(['staging', 'production', undefined] as const)('the pinned one, in %s', (environment) => {
    expect(() => insistOnPin(placeOn(environment), identity)).not.toThrow();
  });

  test.each([
    ['another server', { server: 'https://10.0.0.2:6443' }],
    ['another certificate authority', { caFingerprint: 'cd'.repeat(32) }],
    ['another cluster behind the same address', { uid: 'another-uid' }],
  ])('not %s', (_, differs) => {
    expect(() => insistOnPin(placeOn('staging'), { ...identity, ...differs })).toThrow('is pinned to for staging');
  });

  test('staging by its address and authority alone, where kube-system may not be read', () => {
    expect(() => insistOnPin(placeOn('staging'), unnamed)).not.toThrow();
  });

  test.each(['production', undefined] as const)('not %s where kube-system may not be read', (environment) => {
    expect(() => insistOnPin(placeOn(environment), unnamed)).toThrow('kube-system may not be read');
  });
});
