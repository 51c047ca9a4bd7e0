import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { addresses, currentBed, until } from '../bed/bed.ts';
import { diagnosed, newHome, orion } from '../orion.ts';
import { failedOften } from './failed-often.ts';
import { diagnosedLater } from './later.ts';
import { ask, consent, ingress, issued, issuer, namesExactly, newSite, patchCertificate, type Site } from './site.ts';

/** Causes at the Order and at the Certificate itself, injected for real. */
const bed = currentBed();

beforeEach(async () => {
  await bed.acme.staging.reset();
});

const inDays = (days: number): string =>
  `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

test('acme-rate-limited-failed-authz: a root where what spent it cannot be seen any more', async () => {
  await bed.acme.staging.refuse('new-order', {
    status: 429,
    type: 'rateLimited',
    detail: `too many failed authorizations (5) for "auth.orion.example" in the last 1h0m0s, retry after ${inDays(0.03)}: see https://letsencrypt.org/docs/rate-limits/#authorization-failures-per-identifier-per-account`,
  });
  const site = await newSite('authz');
  await ask(site);
  const { report } = await namesExactly(site, ['acme-rate-limited-failed-authz']);
  expect(report.findings.filter(({ root }) => root)).toHaveLength(1);
  await bed.acme.staging.reset();
  await issued(site, 'auth-tls-cert', 180);
});

test('acme-rate-limited-failed-authz: an echo where the name is still missing', async () => {
  await bed.acme.staging.refuse('new-order', {
    status: 429,
    type: 'rateLimited',
    detail: `too many failed authorizations (5) for "auth.orion.example" in the last 1h0m0s, retry after ${inDays(0.03)}: see https://letsencrypt.org/docs/rate-limits/`,
  });
  const site = await newSite('echo', { dns: null });
  await ask(site);
  const { report } = await until('the rate limit as an echo', async () => {
    const found = await diagnosed(site.namespace);
    return found.report.findings.some(({ code }) => code === 'acme-rate-limited-failed-authz') ? found : undefined;
  });
  expect(report.rootCauses).toEqual(['dns-no-record']);
  expect(report.findings[0]?.explains).toContain('acme-rate-limited-failed-authz');
});

test('acme-rate-limited-exact-set', async () => {
  await bed.acme.staging.refuse('new-order', {
    status: 429,
    type: 'rateLimited',
    detail: `too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s, retry after ${inDays(1)}: see https://letsencrypt.org/docs/rate-limits/#new-certificates-per-exact-set-of-hostnames`,
  });
  const site = await newSite('exact');
  await ask(site);
  await namesExactly(site, ['acme-rate-limited-exact-set']);
});

test('issuance-backoff: after the mend nothing is broken, it waits, and --remedy try-now does not', async () => {
  const site = await newSite('backoff');
  await bed.acme.staging.failValidations({
    status: 400,
    type: 'connection',
    detail: `${addresses.loadBalancer}: Fetching http://${site.host}/.well-known/acme-challenge/x: Timeout during connect (likely firewall problem)`,
  });
  await ask(site);
  await failedOften(site);
  await bed.acme.staging.reset();
  const { report, code } = await diagnosed(site.namespace);
  expect(code, JSON.stringify(report, null, 2)).toBe(4);
  expect(report).toMatchObject({ outcome: 'waiting', rootCauses: [] });
  expect(report.waiting?.nextTryAt).toBeTruthy();
  expect(report.findings).toMatchObject([{ code: 'issuance-backoff', root: false }]);

  const tried = await diagnosed(site.namespace, { more: [...consent(site), '--remedy', 'try-now'] });
  expect(tried.report.remediation, tried.stderr).toMatchObject({ remedy: 'try-now', applied: true, verified: true });
});

test('two-certificates-one-secret: the spare is named, nothing is deleted', async () => {
  const site = await newSite('two');
  await ask(site);
  await issued(site);
  await ask(site, {}, 'spare-cert');
  const { report } = await namesExactly(site, ['two-certificates-one-secret']);
  expect(report.findings[0]?.object.name).toBe('spare-cert');
  expect(report.findings[0]?.remedies.map(({ automatic }) => automatic)).toEqual(['no', 'no']);
  await bed.kubectl(`-n ${site.namespace} delete certificate spare-cert`);
  expect((await diagnosed(site.namespace)).report.outcome).toBe('healthy');
});

test('ingress-shim-duplicate: annotation and Certificate taken away, what cannot be taken back said before', async () => {
  const site = await newSite('shim');
  const home = newHome();
  await ask(site);
  await issued(site);
  await bed.kubectl(`-n ${site.namespace} annotate ingress auth-ingress cert-manager.io/cluster-issuer=${site.issuer}`);
  await namesExactly(site, ['ingress-shim-duplicate']);
  const mended = await diagnosed(site.namespace, { home, more: consent(site) });
  expect(mended.report.remediation, mended.stderr).toMatchObject({ applied: true, verified: true });
  expect(mended.stderr).toContain('Cannot be taken back');
  expect(await certificatesOf(site)).toEqual(['auth-tls-cert']);

  const undone = await orion(['undo', '--yes', '--confirm', site.namespace, '--confirm', 'bed'], { home });
  expect(undone.stderr).toContain('Cannot be taken back: Certificate auth-tls-secret was deleted');
  const { metadata } = await bed.api.get(
    `/apis/networking.k8s.io/v1/namespaces/${site.namespace}/ingresses/auth-ingress`,
  );
  expect(metadata.annotations['cert-manager.io/cluster-issuer']).toBe(site.issuer);
});

test('key-rotation-never-mismatch: mended by --fix, the policy put back by undo', async () => {
  const site = await newSite('rotation');
  const home = newHome();
  await ask(site, { privateKey: { algorithm: 'RSA', size: 2048, rotationPolicy: 'Never' } });
  await issued(site);
  await patchCertificate(site, { spec: { privateKey: { size: 4096 } } });
  await namesExactly(site, ['key-rotation-never-mismatch']);
  const mended = await diagnosed(site.namespace, { home, more: consent(site) });
  expect(mended.report.remediation, mended.stderr).toMatchObject({ applied: true, verified: true });
  await issued(site);
  expect((await orion(['undo', '--yes', '--confirm', site.namespace, '--confirm', 'bed'], { home })).code).toBe(0);
  const { spec } = await bed.api.get(
    `/apis/cert-manager.io/v1/namespaces/${site.namespace}/certificates/auth-tls-cert`,
  );
  expect(spec.privateKey.rotationPolicy).toBe('Never');
});

describe('staging-cert-in-use', () => {
  const site: Site = { namespace: 'orion-prod', host: 'prod.orion.example', issuer: 'letsencrypt-staging' };
  const real: Site = { ...site, issuer: 'letsencrypt-prod' };
  afterAll(async () => {
    await bed.kubectl('delete namespace --ignore-not-found --timeout=60s orion-prod');
    await bed.kubectl('delete clusterissuer --ignore-not-found letsencrypt-staging letsencrypt-prod');
  });

  test('production with a certificate of the test CA is named; with the real CA it is healthy', async () => {
    await bed.kubectl('create namespace orion-prod');
    await bed.dns.set(site.host, { a: [addresses.loadBalancer] });
    await bed.kubectl('apply -f -', issuer(site));
    await bed.kubectl('apply -f -', issuer(real, { server: bed.acme.production.directory }));
    await bed.kubectl('apply -f -', ingress(site));
    await ask(site);
    await issued(site);
    const { report } = await namesExactly(site, ['staging-cert-in-use']);
    expect(report.findings[0]?.remedies.map(({ automatic }) => automatic)).toEqual(['no']);
    await patchCertificate(site, { spec: { issuerRef: { name: real.issuer } } });
    // Before cert-manager has seen the change, the certificate of before may still count.
    await issued(site);
    await until('the certificate of the real CA', async () =>
      (await diagnosed(site.namespace)).report.outcome === 'healthy' ? true : undefined,
    );
  });
});

test('order-stale: an Order hangs that the CA keeps pending, though its Challenge has failed; deleted, all goes on', async () => {
  const site = await newSite('hangs', { dns: null });
  const list = async (plural: string) =>
    (await bed.api.get(`/apis/acme.cert-manager.io/v1/namespaces/${site.namespace}/${plural}`)).items;
  await ask(site);
  const { status } = await until('an Order', async () => {
    const [order] = await list('orders');
    return order?.status?.state === 'pending' && (await list('challenges')).length > 0 ? order : undefined;
  });
  await bed.acme.staging.answer(
    'order',
    200,
    JSON.stringify({
      status: 'pending',
      expires: '2099-01-01T00:00:00Z',
      identifiers: [{ type: 'dns', value: site.host }],
      authorizations: status.authorizations.map(({ url }: { url: string }) => url),
      finalize: status.finalizeURL,
    }),
    'application/json',
  );
  await bed.acme.staging.failValidations({
    status: 400,
    type: 'dns',
    detail: `DNS problem: NXDOMAIN for ${site.host}`,
  });
  await bed.dns.set(site.host, { a: [addresses.loadBalancer] });
  await until(
    'the failed Challenge',
    async () => (await list('challenges'))[0]?.status.state === 'invalid' || undefined,
    90,
  );
  expect((await list('orders'))[0]?.status.state).toBe('pending');
  expect((await diagnosed(site.namespace)).report.rootCauses).not.toContain('order-stale');
  const report = await diagnosedLater(site.namespace, 8 * 24 * 60);
  expect(report.rootCauses, JSON.stringify(report, null, 2)).toEqual(['order-stale']);
  await bed.acme.staging.reset();
  const [command = ''] = report.findings[0]?.remedies[0]?.commands ?? [];
  await bed.kubectl(command.replace('kubectl ', ''));
  await issued(site);
});

test('a cause that nobody wrote down: the deepest object is quoted, nothing is blamed', async () => {
  await bed.acme.staging.refuse('new-order', {
    status: 403,
    type: 'userActionRequired',
    detail: 'The terms of service were changed',
  });
  const site = await newSite('unknown');
  await ask(site);
  const { report, code } = await until('an unrecognised cause', async () => {
    const found = await diagnosed(site.namespace);
    return found.report.unrecognised || found.report.rootCauses.length > 0 ? found : undefined;
  });
  expect(code).toBe(3);
  expect(report.rootCauses).toEqual([]);
  expect(report.unrecognised?.object.kind).toBe('Order');
  expect(report.unrecognised?.quote).toContain('terms of service were changed');
});

async function certificatesOf({ namespace }: Site): Promise<readonly string[]> {
  const { items } = await bed.api.get(`/apis/cert-manager.io/v1/namespaces/${namespace}/certificates`);
  return items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
}
