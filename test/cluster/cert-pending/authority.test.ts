import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AcmeProblem } from '../bed/acme-relay.ts';
import { addresses, currentBed, until } from '../bed/bed.ts';
import { diagnosed, newHome, orion } from '../orion.ts';
import { failedOften } from './failed-often.ts';
import { ask, consent, issued, issuer, namesExactly, newSite, patchCertificate, type Site } from './site.ts';

/** What a certificate authority refuses, at registration, at the Order and after its validation, injected for real. */
const bed = currentBed();
const letsEncrypt = 'https://acme-staging-v02.api.letsencrypt.org/directory';

let overloaded: Site;

beforeAll(async () => {
  // An Order is given two minutes to be taken, so this one begins first and is looked at last.
  await bed.acme.production.answer('new-order', 503, '<html><title>503 Service Temporarily Unavailable</title></html>');
  overloaded = await newSite('overload', { server: bed.acme.production.directory });
  await ask(overloaded);
});

beforeEach(async () => {
  await Promise.all([bed.acme.staging.reset(), bed.ingress.reset()]);
});

const inHours = (hours: number): string =>
  `${new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const certificateOf = ({ namespace }: Site) =>
  bed.api.get(`/apis/cert-manager.io/v1/namespaces/${namespace}/certificates/auth-tls-cert`);

async function refusedOrder(prefix: string, problem: AcmeProblem): Promise<Site> {
  await bed.acme.staging.refuse('new-order', problem);
  const site = await newSite(prefix);
  await ask(site);
  return site;
}

async function refusedValidation(prefix: string, problem: (site: Site) => AcmeProblem): Promise<Site> {
  const site = await newSite(prefix);
  await bed.acme.staging.failValidations(problem(site));
  await ask(site);
  await failedOften(site);
  return site;
}

const limited = (detail: string): AcmeProblem => ({ status: 429, type: 'rateLimited', detail });

/** Mended, and nothing but the next try is waited for. */
async function waits(site: Site): Promise<void> {
  const { report } = await until(
    'an end of the roots',
    async () => {
      const seen = await diagnosed(site.namespace);
      return seen.report.rootCauses.length === 0 ? seen : undefined;
    },
    10,
  );
  expect(report, JSON.stringify(report, null, 2)).toMatchObject({ outcome: 'waiting', rootCauses: [] });
  expect(report.findings).toContainEqual(expect.objectContaining({ code: 'issuance-backoff', root: false }));
}

test.each([
  [
    'acme-rate-limited-domain',
    `too many certificates (50) already issued for "orion.example" in the last 168h0m0s, retry after ${inHours(9)}: see https://letsencrypt.org/docs/rate-limits/#new-certificates-per-registered-domain`,
  ],
  [
    'acme-rate-limited-orders',
    `too many new orders (300) from this account in the last 3h0m0s, retry after ${inHours(1)}: see https://letsencrypt.org/docs/rate-limits/#new-orders-per-account`,
  ],
])('%s', async (code, detail) => {
  const site = await refusedOrder('limit', limited(detail));
  const { report } = await namesExactly(site, [code]);
  expect(report.findings[0]?.because).toMatch(/The CA takes the next one at \d{4}/);
});

test('acme-rate-limited-registrations: not tried again before the issuer is touched', async () => {
  await bed.acme.staging.refuse(
    'new-account',
    limited(
      `too many new registrations (10) from this IP address in the last 3h0m0s, retry after ${inHours(1)}: see https://letsencrypt.org/docs/rate-limits/`,
    ),
  );
  const site = await newSite('register');
  await ask(site);
  await namesExactly(site, ['acme-rate-limited-registrations']);
  await bed.acme.staging.reset();
  await bed.kubectl(`annotate clusterissuer ${site.issuer} orion-setup/registered-again=now`);
  await issued(site);
});

test('acme-identifier-paused: the link is shown nowhere', async () => {
  const link = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlb2Z0aGVsaW5r';
  const site = await refusedOrder(
    'paused',
    limited(
      `Your account is temporarily prevented from requesting certificates for auth.orion.example and possibly others. Please visit: https://portal.letsencrypt.org/sfe/v1/unpause?jwt=${link}`,
    ),
  );
  const { report, stderr } = await namesExactly(site, ['acme-identifier-paused']);
  expect(JSON.stringify(report) + stderr).not.toContain(link.slice(0, 20));
  expect(report.findings[0]?.because).toContain('auth.orion.example');
});

test('acme-account-deactivated: the issuer says Ready; another account key, and only the back-off is left', async () => {
  const site = await refusedOrder('account', {
    status: 403,
    type: 'unauthorized',
    detail: 'Unable to validate JWS :: Account is not valid, has status "deactivated"',
  });
  await namesExactly(site, ['acme-account-deactivated']);
  const failure = Date.parse(await failedOften(site));
  // What is written within the same second cannot be told from what was written before.
  await until('another second', async () => Date.now() > failure + 1000 || undefined);
  await bed.acme.staging.reset();
  const key = JSON.stringify({ spec: { acme: { privateKeySecretRef: { name: `${site.issuer}-account-2` } } } });
  await bed.kubectl(['patch', 'clusterissuer', site.issuer, '--type', 'merge', '-p', key]);
  await registeredAnew(site);
  await waits(site);
});

/** The issuer's status is of its present spec: its account is the one of the new key. */
async function registeredAnew({ issuer: name }: Site): Promise<void> {
  await until('the account of the new key', async () => {
    const { metadata, status } = await bed.api.get(`/apis/cert-manager.io/v1/clusterissuers/${name}`);
    const ready = status.conditions.find(({ type }: { type: string }) => type === 'Ready');
    return (ready.status === 'True' && ready.observedGeneration === metadata.generation) || undefined;
  });
}

test('acme-account-key-invalid: no key that can be read', async () => {
  const site = await newSite('key', { server: bed.acme.staging.directory });
  const name = `${site.namespace}-other-account`;
  await bed.kubectl('apply -f -', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'cert-manager' },
    stringData: { 'tls.key': 'this is no key' },
  });
  const key = JSON.stringify({ spec: { acme: { privateKeySecretRef: { name } } } });
  await bed.kubectl(['patch', 'clusterissuer', site.issuer, '--type', 'merge', '-p', key]);
  await ask(site);
  const { report } = await namesExactly(site, ['acme-account-key-invalid']);
  expect(report.findings.find(({ code }) => code === 'issuer-not-ready')).toMatchObject({ root: false });
  await bed.kubectl('apply -f -', issuer(site));
  await issued(site);
});

test('acme-account-secret-shared: a Certificate in the account key’s Secret', async () => {
  const site = await newSite('shared');
  await bed.kubectl('apply -f -', {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: `${site.namespace}-cert`, namespace: 'cert-manager' },
    spec: {
      secretName: `${site.issuer}-account`,
      dnsNames: [site.host],
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: site.issuer },
    },
  });
  const said = await orion([
    ...['runbook', 'cert-pending', `${site.namespace}-cert`, '-n', 'cert-manager'],
    ...['--resolver', bed.resolver, '-o', 'json'],
  ]);
  expect(JSON.parse(said.stdout).rootCauses, said.stdout + said.stderr).toEqual(['acme-account-secret-shared']);
  await bed.kubectl(`-n cert-manager delete certificate ${site.namespace}-cert`);
});

test('acme-profile-unsupported: dropped, and only the back-off is left', async () => {
  const site = await newSite('profile');
  const profile = (name: string | null) =>
    bed.kubectl([
      ...['patch', 'clusterissuer', site.issuer, '--type', 'merge'],
      ...['-p', JSON.stringify({ spec: { acme: { profile: name } } })],
    ]);
  await profile('shortlived');
  await ask(site);
  await namesExactly(site, ['acme-profile-unsupported']);
  await failedOften(site);
  await profile(null);
  await waits(site);
});

test('identifier-rejected: a name with an underscore', async () => {
  const site = await newSite('names');
  await ask(site, { dnsNames: [`auth_service.${site.namespace}.orion.example`] });
  await namesExactly(site, ['identifier-rejected']);
  await ask(site);
  await issued(site);
});

test('no-matching-solver: named at once, goes on by itself once the issuer has one', async () => {
  const site = await newSite('solver');
  const solvers = (selector: object) =>
    bed.kubectl([
      ...['patch', 'clusterissuer', site.issuer, '--type', 'merge'],
      ...[
        '-p',
        JSON.stringify({
          spec: { acme: { solvers: [{ http01: { ingress: { ingressClassName: 'nginx' } }, ...selector }] } },
        }),
      ],
    ]);
  await solvers({ selector: { dnsZones: ['other.example'] } });
  await ask(site);
  await namesExactly(site, ['no-matching-solver']);
  await solvers({});
  await issued(site);
});

test('csr-common-name-missing: mended by --fix, the name put back by undo', async () => {
  const site = await newSite('common');
  const home = newHome();
  await ask(site, { commonName: 'auth-service' });
  await namesExactly(site, ['csr-common-name-missing']);
  const mended = await diagnosed(site.namespace, { home, more: consent(site) });
  expect(mended.report.remediation, mended.stderr).toMatchObject({ applied: true, verified: true });
  await issued(site);
  expect((await orion(['undo', '--yes', '--confirm', site.namespace, '--confirm', 'bed'], { home })).code).toBe(0);
  expect((await certificateOf(site)).spec.commonName).toBe('auth-service');
});

test('order-stale: an Order that the CA does not know any more is no fault, cert-manager makes another', async () => {
  await bed.acme.staging.refuse('order', { status: 404, type: 'malformed', detail: 'No order for ID 4711' });
  const site = await newSite('forgotten');
  await ask(site);
  await failedOften(site);
  await waits(site);
});

test('caa-forbids: by our own look, as Let’s Encrypt reads the records; corrected, only the back-off is left', async () => {
  const site = await newSite('caa');
  // Its own URL leads to the same authority here, with a certificate that the cluster trusts without a bundle.
  const asLetsEncrypt = JSON.stringify({ spec: { acme: { server: letsEncrypt, caBundle: null } } });
  await bed.kubectl(['patch', 'clusterissuer', site.issuer, '--type', 'merge', '-p', asLetsEncrypt]);
  await bed.acme.staging.failValidations({
    status: 403,
    type: 'caa',
    detail: `While processing CAA for ${site.host}: CAA record for ${site.host} prevents issuance`,
  });
  await ask(site);
  await failedOften(site);
  await bed.dns.set(site.host, { a: [addresses.loadBalancer], caa: [{ tag: 'issue', value: 'digicert.com' }] });
  const { report } = await namesExactly(site, ['caa-forbids']);
  expect(report.findings[0]?.evidence[0]?.saw).toContain('0 issue "digicert.com"');
  await bed.dns.set(site.host, { a: [addresses.loadBalancer], caa: [{ tag: 'issue', value: 'letsencrypt.org' }] });
  await waits(site);
});

test('caa-forbids: still the root where the CA has had enough of it, by the events', async () => {
  const site = await refusedValidation('events', ({ host }) => ({
    status: 403,
    type: 'caa',
    detail: `While processing CAA for ${host}: CAA record for ${host} prevents issuance`,
  }));
  await bed.dns.set(site.host, { a: [addresses.loadBalancer], caa: [{ tag: 'issue', value: 'digicert.com' }] });
  await bed.acme.staging.refuse(
    'new-order',
    limited(
      `too many failed authorizations (5) for "${site.host}" in the last 1h0m0s, retry after ${inHours(1)}: see https://letsencrypt.org/docs/rate-limits/`,
    ),
  );
  await patchCertificate(site, { spec: { commonName: site.host } });
  await until('the limit', async () => {
    const { report } = await diagnosed(site.namespace);
    return report.findings.some(({ code }) => code === 'acme-rate-limited-failed-authz') || undefined;
  });
  const { report } = await namesExactly(site, ['caa-forbids']);
  expect(report.findings[0]?.explains).toContain('acme-rate-limited-failed-authz');
});

test('caa-or-dns-servfail', async () => {
  const site = await refusedValidation('servfail', ({ host }) => ({
    status: 400,
    type: 'dns',
    detail: `DNS problem: SERVFAIL looking up CAA for ${host} - the domain's nameservers may be malfunctioning`,
  }));
  const { report } = await namesExactly(site, ['caa-or-dns-servfail']);
  expect(report.findings[0]?.confidence).toBe('likely');
  await bed.dns.set(site.host, { servfail: true });
  expect((await namesExactly(site, ['caa-or-dns-servfail'])).report.findings[0]?.confidence).toBe('confirmed');
});

test('stale-aaaa: the record taken away, only the back-off is left', async () => {
  const [, , stale] = addresses.wrongTargets;
  const site = await refusedValidation('ipv6', ({ host }) => ({
    status: 403,
    type: 'unauthorized',
    detail: `${stale}: Invalid response from http://${host}/.well-known/acme-challenge/x: 404`,
  }));
  await bed.dns.set(site.host, { a: [addresses.loadBalancer], aaaa: [stale] });
  await namesExactly(site, ['stale-aaaa']);
  await bed.dns.set(site.host, { a: [addresses.loadBalancer] });
  await waits(site);
});

test('redirect-bad: followed as the CA follows it', async () => {
  const site = await refusedValidation('redirect', ({ host }) => ({
    status: 400,
    type: 'connection',
    detail: `${addresses.loadBalancer}: Fetching https://${host}:8443/: Invalid port in redirect target. Only ports 80 and 443 are supported, not 8443`,
  }));
  await bed.ingress.respond({
    host: site.host,
    pathPrefix: '/',
    status: 301,
    headers: { location: `https://${site.host}:8443/` },
  });
  const { report } = await namesExactly(site, ['redirect-bad']);
  expect(report.findings[0]?.evidence[0]?.saw).toContain('only ports 80 and 443 are followed');
  await bed.ingress.reset();
  await waits(site);
});

test('secondary-validation-blocked: from here all is well', async () => {
  const site = await refusedValidation('world', ({ host }) => ({
    status: 400,
    type: 'connection',
    detail: `During secondary validation: ${addresses.loadBalancer}: Fetching http://${host}/.well-known/acme-challenge/x: Timeout during connect (likely firewall problem)`,
  }));
  await namesExactly(site, ['secondary-validation-blocked']);
  await readAgain(site);
  const { report } = await namesExactly(site, ['secondary-validation-blocked']);
  expect(report.findings[0]?.evidence[0]?.saw).toMatch(/^During secondary validation: /);
});

/** cert-manager forgets what it heard, as it does where its write meets a conflict, and reads the state of the Challenge again: less words. */
async function readAgain({ namespace }: Site): Promise<void> {
  const name = (await bed.kubectl(`get challenges -n ${namespace} -o jsonpath={.items[0].metadata.name}`)).trim();
  const forgotten = JSON.stringify({ status: { state: null, reason: null, processing: true } });
  const patch = ['patch', 'challenge', name, '-n', namespace, '--subresource=status', '--type=merge', '-p', forgotten];
  await bed.kubectl(patch);
  await until('the Challenge to be read again', async () => {
    const challenge = JSON.parse(await bed.kubectl(`get challenge -n ${namespace} ${name} -o json`));
    return challenge.status.state === 'invalid' || undefined;
  });
}

test('acme-server-error: an Order without a status, and nothing tells but the log', async () => {
  const { report } = await namesExactly(overloaded, ['acme-server-error'], 150);
  expect(report.findings[0]).toMatchObject({ object: { kind: 'Order' }, confidence: 'likely' });
  await bed.acme.production.reset();
});

afterAll(() => bed.acme.production.reset());
