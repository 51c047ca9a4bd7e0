import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { at, textAt, textMapAt } from '../../src/core/kubernetes/field.ts';
import { certificate, host, issuer, quietCluster, stagingServer } from './quiet-cluster.ts';

test('a Certificate is issued from nothing, by the steps, names and words of cert-manager', () => {
  const it = quietCluster();
  it.put('ClusterIssuer/letsencrypt-staging', issuer());
  expect(it.conditions('ClusterIssuer', 'letsencrypt-staging')).toEqual([
    'Ready=True ACMEAccountRegistered: The ACME account was registered with the ACME server',
  ]);
  it.put('Certificate/auth-tls-cert', certificate());
  expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([
    'Issuing=True DoesNotExist: Issuing certificate as Secret does not exist',
    'Ready=False DoesNotExist: Issuing certificate as Secret does not exist',
  ]);
  const [order] = it.all('Order');
  expect(it.conditions('CertificateRequest', 'auth-tls-cert-1')).toEqual([
    'Approved=True cert-manager.io: Certificate request has been approved by cert-manager.io',
    `Ready=False Pending: Waiting on certificate issuance from order orion/${order?.metadata.name}: "pending"`,
  ]);
  const [pod] = it.all('Pod');
  expect(it.all('Service')).toHaveLength(1);
  expect(at(it.all('Ingress')[0], 'spec.rules.0.http.paths.0.pathType')).toBe('Exact');
  expect(textAt(pod, 'metadata.ownerReferences.0.kind')).toBe('Challenge');

  it.pass(30);
  expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([
    'Ready=True Ready: Certificate is up to date and has not expired',
  ]);
  expect(it.all('Challenge')).toEqual([]);
  expect([...it.all('Pod'), ...it.all('Service'), ...it.all('Ingress')]).toEqual([]);
  expect(it.all('Secret').map(({ metadata }) => metadata.name)).toEqual(['auth-tls-secret']);
  expect(it.events('auth-tls-cert').map((said) => said.replace(/auth-tls-cert-[a-z0-9]{5}"/, '…"'))).toEqual([
    'Issuing Issuing certificate as Secret does not exist',
    'Generated Stored new private key in temporary Secret resource "…"',
    'Requested Created new CertificateRequest resource "auth-tls-cert-1"',
    'Issuing The certificate has been successfully issued',
  ]);
});

test('Orders and solver objects are named as recorded', () => {
  const it = quietCluster();
  it.put('ClusterIssuer/letsencrypt-staging', issuer());
  it.put('Certificate/auth-tls-cert', certificate({ dnsNames: ['auth.staging.orion.example'] }));
  expect(it.all('Order').map(({ metadata }) => metadata.name)).toEqual(['auth-tls-cert-1-1081965434']);
  expect(it.all('Pod')[0]?.metadata.labels?.['acme.cert-manager.io/http-domain']).toBe('2310933053');
});

test('the certificate is real: staging names, ninety days, renewed at two thirds, annotated for its owner', () => {
  const it = quietCluster();
  it.put('ClusterIssuer/letsencrypt-staging', issuer());
  it.put('Certificate/auth-tls-cert', certificate({ commonName: host }));
  it.pass(30);
  const secret = it.get('Secret', 'auth-tls-secret');
  const pem = Buffer.from(textMapAt(secret, 'data')['tls.crt'] ?? '', 'base64').toString();
  const leaf = new X509Certificate(pem);
  expect(leaf.issuer).toContain('(STAGING)');
  expect(leaf.checkHost(host)).toBe(host);
  expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(secret?.metadata.annotations).toMatchObject({
    'cert-manager.io/alt-names': host,
    'cert-manager.io/certificate-name': 'auth-tls-cert',
    'cert-manager.io/common-name': host,
    'cert-manager.io/issuer-kind': 'ClusterIssuer',
    'cert-manager.io/issuer-name': 'letsencrypt-staging',
  });
  const status = it.get('Certificate', 'auth-tls-cert')?.['status'] as Record<string, string>;
  const [from, to, renewal] = ['notBefore', 'notAfter', 'renewalTime'].map((field) => Date.parse(status[field] ?? ''));
  expect(Math.round(((to ?? 0) - (from ?? 0)) / 86_400_000)).toBe(90);
  expect(Math.round(((to ?? 0) - (renewal ?? 0)) / 86_400_000)).toBe(30);

  it.pass(61 * 86_400);
  expect(it.get('Certificate', 'auth-tls-cert')).toMatchObject({ status: { revision: 2 } });
  expect(
    it
      .events('auth-tls-cert')
      .some((said) => said.startsWith('Issuing Renewing certificate as renewal was scheduled at 2027-01-22')),
  ).toBe(true);
  expect(it.all('CertificateRequest').map(({ metadata }) => metadata.name)).toEqual(['auth-tls-cert-2']);
});

const waiting = 'Waiting for HTTP-01 challenge propagation: ';
test.each([
  [
    'no DNS record',
    { dns: { [host]: null } },
    /^failed to perform self check GET request 'http:\/\/auth-staging\.example\.org\/\.well-known\/acme-challenge\/[\w-]+': Get "http:\/\/.*": dial tcp: lookup auth-staging\.example\.org on 10\.96\.0\.10:53: no such host$/,
  ],
  [
    'the resolver fails',
    { dns: { [host]: { rcode: 'SERVFAIL', a: null } } },
    /: dial tcp: lookup .* on 10\.96\.0\.10:53: server misbehaving$/,
  ],
  [
    'port 80 refused',
    { ports: { '203.0.113.9:80': 'refused' } },
    /: dial tcp 203\.0\.113\.9:80: connect: connection refused$/,
  ],
  ['port 80 filtered', { ports: { '203.0.113.9:80': 'timed-out' } }, /: dial tcp 203\.0\.113\.9:80: i\/o timeout$/],
  ['another server', { ports: { '203.0.113.9:80': { status: 404 } } }, /^wrong status code '404', expected '200'$/],
  [
    'another body',
    { ports: { '203.0.113.9:80': { status: 200, body: 'hello' } } },
    /^did not get expected response "[\w-]+\.[\w-]+" when querying endpoint$/,
  ],
])('the self-check fails by the world: %s', (_, world, words) => {
  const it = quietCluster();
  it.world(world);
  it.put('ClusterIssuer/letsencrypt-staging', issuer());
  it.put('Certificate/auth-tls-cert', certificate());
  it.pass(60);
  const [challenge] = it.all('Challenge');
  const reason = textAt(challenge, 'status.reason') ?? '';
  expect(reason.startsWith(waiting)).toBe(true);
  expect(reason.slice(waiting.length)).toMatch(words);
  expect(challenge).toMatchObject({ status: { presented: true, processing: true, state: 'pending' } });
  expect(it.events(challenge?.metadata.name ?? '')).toEqual([
    'Started Challenge scheduled for processing',
    'Presented Presented challenge using HTTP-01 challenge mechanism',
  ]);
});

test('a self-check that fails goes on for ever, and ends once the world is mended', () => {
  const it = quietCluster();
  it.world({ dns: { [host]: null } });
  it.put('ClusterIssuer/letsencrypt-staging', issuer());
  it.put('Certificate/auth-tls-cert', certificate());
  it.pass(30 * 86_400);
  expect(it.all('Challenge')).toHaveLength(1);
  it.world({ dns: { [host]: { a: ['203.0.113.9'] } } });
  it.pass(9);
  expect(it.conditions('Certificate', 'auth-tls-cert')[0]).toMatch(/^Issuing=True/);
  it.pass(30);
  expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([
    'Ready=True Ready: Certificate is up to date and has not expired',
  ]);
});

/** The CA sees what the self-check does not: another address family, CAA. */
const caaWorld = { dns: { 'example.org': { caa: ['0 issue "other-ca.example"'] } } };
const unauthorized =
  '403 urn:ietf:params:acme:error:caa: While processing CAA for auth-staging.example.org: CAA record for example.org prevents issuance';

test('what the CA refuses stands in the Challenge only; the others echo, and the wait doubles from an hour', () => {
  const it = quietCluster();
  it.world(caaWorld);
  it.put('ClusterIssuer/letsencrypt-staging', issuer());
  it.put('Certificate/auth-tls-cert', certificate());
  it.pass(60);
  const [challenge] = it.all('Challenge');
  const [order] = it.all('Order');
  expect(challenge).toMatchObject({
    status: {
      state: 'invalid',
      presented: false,
      processing: false,
      reason: `Error accepting authorization: acme: authorization error for ${host}: ${unauthorized}`,
    },
  });
  expect(it.events(challenge?.metadata.name ?? '').at(-1)).toBe(
    `Failed Accepting challenge authorization failed: acme: authorization error for ${host}: ${unauthorized}`,
  );
  expect([...it.all('Pod'), ...it.all('Ingress')]).toEqual([]);
  expect(order?.['status']).toMatchObject({ state: 'invalid', failureTime: expect.any(String) });
  expect(textAt(order, 'status.reason')).toBeUndefined();
  const echoed = `Failed to wait for order resource "${order?.metadata.name}" to become ready: order is in "invalid" state: `;
  expect(it.conditions('CertificateRequest', 'auth-tls-cert-1').at(-1)).toBe(`Ready=False Failed: ${echoed}`);
  expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([
    `Issuing=False Failed: The certificate request has failed to complete and will be retried: ${echoed}`,
    'Ready=False DoesNotExist: Issuing certificate as Secret does not exist',
  ]);
  expect(it.get('Certificate', 'auth-tls-cert')).toMatchObject({ status: { failedIssuanceAttempts: 1 } });
  expect(at(it.get('Certificate', 'auth-tls-cert'), 'status.nextPrivateKeySecretName')).toBeUndefined();

  const attempts = () => at(it.get('Certificate', 'auth-tls-cert'), 'status.failedIssuanceAttempts');
  it.pass(58 * 60);
  expect(attempts()).toBe(1);
  it.pass(3 * 60);
  expect(attempts()).toBe(2);
  it.pass(118 * 60);
  expect(attempts()).toBe(2);
  it.pass(4 * 60);
  expect(attempts()).toBe(3);
});

test('the wait is at most 32 hours', () => {
  const it = quietCluster();
  it.world(caaWorld);
  it.put('ClusterIssuer/letsencrypt-staging', issuer());
  it.put('Certificate/auth-tls-cert', certificate());
  it.pass(63 * 3600 + 600);
  expect(it.get('Certificate', 'auth-tls-cert')).toMatchObject({ status: { failedIssuanceAttempts: 7 } });
  it.pass(33 * 3600);
  expect(it.get('Certificate', 'auth-tls-cert')).toMatchObject({ status: { failedIssuanceAttempts: 8 } });
});

test.each([
  [
    'no record',
    { [host]: { a: null, rcode: 'NXDOMAIN' } },
    '400 urn:ietf:params:acme:error:dns: DNS problem: NXDOMAIN looking up A for',
  ],
  [
    'IPv6 answers wrongly',
    { [host]: { aaaa: ['2001:db8::1'] } },
    `403 urn:ietf:params:acme:error:unauthorized: 2001:db8::1: Invalid response from http://${host}/`,
  ],
])('the CA asks from outside and IPv6 first: %s', (_, dns, words) => {
  const it = quietCluster();
  it.world({ ports: { '2001:db8::1:80': { status: 404 } } });
  it.put('ClusterIssuer/letsencrypt-staging', issuer());
  it.put('Certificate/auth-tls-cert', certificate());
  // After the self-check has passed, before the CA looks.
  it.pass(19);
  it.world({ dns });
  it.pass(20);
  expect(textAt(it.all('Challenge')[0], 'status.reason')).toContain(words);
});

test('IPv6 that does not answer at all falls back to IPv4', () => {
  const it = quietCluster();
  it.world({ dns: { [host]: { aaaa: ['2001:db8::1'] } } });
  it.put('ClusterIssuer/letsencrypt-staging', issuer());
  it.put('Certificate/auth-tls-cert', certificate());
  it.pass(60);
  expect(it.conditions('Certificate', 'auth-tls-cert')[0]).toMatch(/^Ready=True/);
});

test('a rate limit makes the Order errored, without a Challenge, and is echoed up to the Certificate', () => {
  const it = quietCluster();
  const limit =
    '429 urn:ietf:params:acme:error:rateLimited: too many failed authorizations (5) for "x" in the last 1h0m0s';
  it.world({ acme: { [stagingServer]: { refusesOrder: limit } } });
  it.put('ClusterIssuer/letsencrypt-staging', issuer());
  it.put('Certificate/auth-tls-cert', certificate());
  const [order] = it.all('Order');
  expect(order).toMatchObject({ status: { state: 'errored', reason: `Failed to create Order: ${limit}` } });
  expect(it.all('Challenge')).toEqual([]);
  expect(it.conditions('Certificate', 'auth-tls-cert')).toContain(
    `Issuing=False Failed: The certificate request has failed to complete and will be retried: Failed to wait for order resource "${order?.metadata.name}" to become ready: order is in "errored" state: Failed to create Order: ${limit}`,
  );
});

test('a try by hand skips the wait, with a request of the same name', () => {
  const it = quietCluster();
  it.world(caaWorld);
  it.put('ClusterIssuer/letsencrypt-staging', issuer());
  it.put('Certificate/auth-tls-cert', certificate());
  it.pass(60);
  const before = it.get('CertificateRequest', 'auth-tls-cert-1')?.metadata.uid;
  it.world({ dns: { 'example.org': null } });
  const conditions = [
    {
      type: 'Issuing',
      status: 'True',
      reason: 'ManuallyTriggered',
      message: 'Certificate re-issuance manually triggered',
      lastTransitionTime: '2026-11-23T05:01:00Z',
      observedGeneration: 1,
    },
  ];
  it.put('Certificate/auth-tls-cert', { status: { conditions } });
  it.pass(30);
  expect(it.conditions('Certificate', 'auth-tls-cert')).toEqual([
    'Ready=True Ready: Certificate is up to date and has not expired',
  ]);
  expect(it.get('CertificateRequest', 'auth-tls-cert-1')?.metadata.uid).not.toBe(before);
  expect(at(it.get('Certificate', 'auth-tls-cert'), 'status.failedIssuanceAttempts')).toBeUndefined();
});
