import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import saidOnTheBed from './cert-pending/said-on-the-bed.json' with { type: 'json' };
import { diagnosisOf, scenarios, told } from './scenario-files.ts';

/** What CAs say, in the words of boulder, pebble and cert-manager, and what it is called. Whatever is said else is called nothing. */

const acme = 'urn:ietf:params:acme:error';
const host = 'auth-staging.example.org';

function scenario(name: string): Scenario {
  const found = scenarios.find((item) => item.name === name);
  if (!found) throw new Error(`there is no scenario ${name}`);
  return found;
}

function withStatus(from: Scenario, kind: string, status: object): Scenario {
  const objects = from.objects.map(
    (object): KubernetesObject =>
      object.kind === kind ? { ...object, status: { ...(object['status'] as object), ...status } } : object,
  );
  return { ...from, objects };
}

/** By type and reason as cert-manager has them for these words. */
function unready(message: string): Scenario {
  const from = scenario('acme-server-error-at-registration');
  const reason = message.startsWith('Failed to register') ? 'ErrRegisterACMEAccount' : 'ErrVerifyACMEAccount';
  const condition = { type: 'Ready', status: 'False', reason, message, lastTransitionTime: '2026-11-23T04:50:00Z' };
  return withStatus(from, 'ClusterIssuer', { conditions: [condition] });
}

const refusedOrder = (reason: string): Scenario => withStatus(scenario('account-deactivated'), 'Order', { reason });

/** The world is sound: only the CA's word is left. */
const refusedValidation = (reason: string, world = scenario('secondary-validation-blocked').world): Scenario => ({
  ...withStatus(scenario('caa-forbids'), 'Challenge', { reason }),
  world,
});

const rootsOf = async (from: Scenario) => {
  const diagnosis = await diagnosisOf(from);
  return { roots: diagnosis.rootCauses, text: told(diagnosis) };
};

describe('of a registration', () => {
  test.each([
    // cert-manager before and since it leaves the page out.
    [
      'Failed to register ACME account: 503 : <html><title>503 Service Temporarily Unavailable</title></html>',
      'acme-server-error',
    ],
    [saidOnTheBed['issuer-page'], 'acme-server-error'],
    [saidOnTheBed['issuer-silent'], 'acme-unreachable'],
    [
      'Failed to register ACME account: Get "https://ca.example/directory": words that nobody wrote down',
      'acme-unreachable',
    ],
    [saidOnTheBed['issuer-curve'], 'acme-account-key-invalid'],
  ])('%s', async (message, code) => {
    const { roots, text } = await rootsOf(unready(message));
    expect(roots, text).toEqual([code]);
  });
});

describe('of an Order', () => {
  test.each([
    [
      `429 ${acme}:rateLimited: too many certificates (50) already issued for "example.org" in the last 168h0m0s, retry after 2026-11-25 10:00:00 UTC: see https://letsencrypt.org/docs/rate-limits/#new-certificates-per-registered-domain`,
      'acme-rate-limited-domain',
    ],
    [
      `429 ${acme}:rateLimited: too many certificates (5) already issued for this exact set of domains in the last 168h0m0s: auth.example.org, retry after 2026-11-25 10:00:00 UTC`,
      'acme-rate-limited-exact-set',
    ],
    [
      `429 ${acme}:rateLimited: too many new orders (300) from this account in the last 3h0m0s, retry after 2026-11-23 06:00:00 UTC`,
      'acme-rate-limited-orders',
    ],
    [`429 ${acme}:rateLimited: too many requests of some other kind`, undefined],
    [
      `429 ${acme}:rateLimited: Your account is temporarily prevented from requesting certificates for a.example.org, b.example.org and possibly others. Please visit: https://portal.example/unpause?jwt=x`,
      'acme-identifier-paused',
    ],
    [
      `403 ${acme}:unauthorized: Unable to validate JWS :: Account is not valid, has status "revoked"`,
      'acme-account-deactivated',
    ],
    [
      `400 ${acme}:accountDoesNotExist: Unable to validate JWS :: Account "https://ca.example/acct/1" not found`,
      undefined,
    ],
    [`400 ${acme}:malformed: Parse error reading JWS`, undefined],
    [
      `400 ${acme}:malformed: Order included DNS identifier with a value containing an illegal character: '_'`,
      'identifier-rejected',
    ],
    [
      `400 ${acme}:malformed: Order included a DNS identifier with a value ending in a period: "auth.example.org."\n`,
      'identifier-rejected',
    ],
    [
      `400 ${acme}:rejectedIdentifier: Invalid identifiers requested :: Cannot issue for "auth": Domain name needs at least one dot`,
      'identifier-rejected',
    ],
    [
      `400 ${acme}:rejectedIdentifier: Error creating new order :: Cannot issue for "bank.example": The ACME server refuses to issue a certificate for this domain name, because it is forbidden by policy`,
      'identifier-rejected',
    ],
    [`500 ${acme}:serverInternal: Error creating new order`, 'acme-server-error'],
    ['503 : <html><title>503 Service Temporarily Unavailable</title></html>', 'acme-server-error'],
    [`400 ${acme}:badNonce: JWS has an invalid anti-replay nonce`, 'acme-server-error'],
    [`403 ${acme}:userActionRequired: The terms of service were changed`, undefined],
  ])('%s', async (words, code) => {
    const { roots, text } = await rootsOf(refusedOrder(`Failed to create Order: ${words}`));
    expect(roots, text).toEqual(code === undefined ? [] : [code]);
  });
});

describe('after its validation', () => {
  test.each([
    [
      `400 ${acme}:dns: DNS problem: SERVFAIL looking up A for ${host} - the domain's nameservers may be malfunctioning`,
      'caa-or-dns-servfail',
    ],
    [`400 ${acme}:dns: DNS problem: query timed out looking up CAA for example.org`, 'caa-or-dns-servfail'],
    [
      `403 ${acme}:caa: While processing CAA for ${host}: DNS problem: looking up CAA for ${host}: DNSSEC: Bogus`,
      'caa-or-dns-servfail',
    ],
    [`400 ${acme}:connection: 203.0.113.9: Fetching https://${host}/x: Redirect loop detected`, undefined],
    [
      `400 ${acme}:connection: During secondary validation: 203.0.113.9: Fetching http://${host}/x: Timeout during connect (likely firewall problem)`,
      'secondary-validation-blocked',
    ],
    [
      `403 ${acme}:caa: During secondary validation: While processing CAA for ${host}: CAA record for example.org prevents issuance`,
      'secondary-validation-blocked',
    ],
    [
      `403 ${acme}:unauthorized: During secondary validation: 2001:db8::1: Invalid response from http://${host}/x: 404`,
      'secondary-validation-blocked',
    ],
    // Refused for records that are not there any more.
    [`403 ${acme}:caa: While processing CAA for ${host}: CAA record for example.org prevents issuance`, undefined],
    [`400 ${acme}:tls: a word that nobody wrote down`, undefined],
  ])('%s', async (problem, code) => {
    // As cert-manager heard it, and as it reads it again, as after a conflict: then the detail is all there is.
    const heard = `Error accepting authorization: acme: authorization error for ${host}: ${problem}`;
    const readAgain = problem.replace(/^\d{3} urn:\S+: /, '');
    for (const reason of [heard, readAgain]) {
      const { roots, text } = await rootsOf(refusedValidation(reason));
      expect(roots, text).toEqual(code === undefined ? [] : [code]);
    }
  });
});

test('IPv6 that leads to the same ingress as IPv4 is not called stale', async () => {
  const stale = scenario('stale-aaaa');
  const ports = { ...stale.world.ports, '2001:db8::1:80': 'ingress' as const };
  const { roots, text } = await rootsOf({ ...stale, world: { ...stale.world, ports } });
  expect(roots, text).toEqual([]);
});

test('the link that lifts a pause is in no finding, also where saved evidence still holds it', async () => {
  const diagnosis = await diagnosisOf(
    refusedOrder(
      `Failed to create Order: 429 ${acme}:rateLimited: Your account is temporarily prevented from requesting certificates for ${host} and possibly others. Please visit: https://portal.example/unpause?jwt=s3cret`,
    ),
  );
  expect(diagnosis.rootCauses).toEqual(['acme-identifier-paused']);
  expect(JSON.stringify(diagnosis.findings)).not.toContain('s3cret');
});
