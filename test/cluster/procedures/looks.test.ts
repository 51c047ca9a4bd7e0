import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { currentBed, until } from '../bed/bed.ts';
import type { Site } from '../cert-pending/site.ts';
import { orion } from '../orion.ts';
import { checked, newService, notPassed, reportIn, testArgs, tested } from './site.ts';

/** The testing procedures that only look, in a pipeline without a terminal, on a real control plane. */
const bed = currentBed();
let site: Site;
beforeAll(async () => {
  site = await newService('looks');
  await bed.prometheus.start();
});

test('pdb: every pod is tried, the sum is shown, nothing is changed', async () => {
  const mark = bed.auditMark();
  const { code, report } = await tested(site, 'pdb');
  expect(code, notPassed(report).join('\n')).toBe(0);
  expect(report.evictions?.map(({ answer, code: said }) => [answer, said])).toEqual(Array(3).fill(['allowed', 201]));
  expect(report.budgets).toMatchObject([
    { sum: 'minAvailable: 1 of 3 pods: 3 healthy - 1 that must stay = 2 may go', allowed: 2 },
  ]);
  expect(await bed.writesSince(mark)).toEqual([]);
});

describe('certificate', () => {
  test('as served and in the Secret: dates, names, chain, key', async () => {
    const { code, report } = await tested(site, 'certificate');
    // A test CA that this machine does not know: a note, and no fault of staging.
    expect(code, notPassed(report).join('\n')).toBe(0);
    expect(notPassed(report).map((line) => line.split(':')[0])).toEqual([
      expect.stringMatching(/^note served-trust 203\./),
    ]);
    const [served, stored] = report.certificates ?? [];
    expect(served?.where).toMatch(/:443$/);
    expect(stored?.where).toBe('Secret auth-tls-secret');
    expect(served?.chain.length).toBeGreaterThan(1);
    expect(served?.chain.map(({ signedByNext }) => signedByNext).slice(0, -1)).not.toContain(false);
    expect(served?.chain).toEqual(stored?.chain);
    expect(stored?.keyFits).toBe(true);
    expect(report.seenFrom).toMatch(/^this machine \(/);
    expect(JSON.stringify(report)).not.toContain('PRIVATE KEY');
  });

  test('a key of another certificate is told, and the key is not', async () => {
    const other = await newService('otherkey');
    const path = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets/auth-tls-secret`;
    const key = (await bed.api.get(path(site.namespace))).data['tls.key'];
    await bed.signal('cert-manager', 'SIGSTOP');
    try {
      await bed.api.mergePatch(path(other.namespace), { data: { 'tls.key': key } });
      const { code, report } = await tested(other, 'certificate');
      expect(code).toBe(3);
      expect(checked(report, 'secret-key')).toMatchObject({ state: 'failed', saw: 'belongs to another certificate' });
      expect(report.certificates?.find(({ where }) => where.startsWith('Secret'))?.keyFits).toBe(false);
      expect(JSON.stringify(report)).not.toContain(key);
    } finally {
      await bed.signal('cert-manager', 'SIGCONT');
    }
  });

  test('a closed port is "could not look", and no blame: 5', async () => {
    await bed.ingress.close(443);
    const { code, report } = await tested(site, 'certificate');
    await bed.ingress.open(443);
    expect(checked(report, 'served-dates').state).toBe('not-looked');
    expect(checked(report, 'secret-dates').state).toBe('passed');
    expect(code).toBe(5);
  });
});

describe('ingress', () => {
  afterEach(() => bed.ingress.reset());

  test('redirect, HTTPS, headers, versions of TLS, as a client sees them', async () => {
    const { code, report } = await tested(site, 'ingress');
    expect(code, notPassed(report).join('\n')).toBe(0);
    const [address] = report.addresses ?? [];
    expect(address).toMatchObject({
      family: 'IPv4',
      http: { status: 308, location: `https://${site.host}/health` },
      https: { status: 200 },
      versions: { TLSv1: 'refused', 'TLSv1.1': 'refused', 'TLSv1.2': 'accepted', 'TLSv1.3': 'accepted' },
    });
  });

  test('as production, what a client is not told fails', async () => {
    const said = await orion(testArgs(site, 'ingress').with(1, 'ingress').toSpliced(2, 0, 'production'));
    const report = reportIn(said);
    expect(said.code).toBe(3);
    expect(checked(report, 'hsts').state).toBe('passed');
    expect(checked(report, 'headers')).toMatchObject({ state: 'failed' });
    expect(checked(report, 'headers').saw).toContain('x-frame-options');
  });

  test('an answer without TLS is no redirect; hostile text is stripped', async () => {
    const headers = { 'strict-transport-security': 'max-age=1\tx', server: 'x' };
    await bed.ingress.respond({ host: site.host, status: 200, body: '\u001b[2Jpwned', headers });
    const said = await orion(['test', 'ingress', 'production', '-n', site.namespace, '--resolver', bed.resolver]);
    expect(said.code).toBe(3);
    expect(said.stdout).toContain('answers 200 without TLS');
    expect(said.stdout + said.stderr).not.toMatch(/\u001b/);
  });

  test('a closed port 80 fails, a silent one is not looked at', async () => {
    await bed.ingress.close(80);
    const closed = await tested(site, 'ingress');
    expect(checked(closed.report, 'redirect')).toMatchObject({ state: 'failed' });
    expect(closed.code).toBe(3);
    await bed.ingress.open(80);
    await bed.ingress.silence(true);
    const silent = await tested(site, 'ingress');
    expect(checked(silent.report, 'redirect')).toMatchObject({ state: 'not-looked' });
    expect(silent.code).toBe(5);
  });

  test('a name without an address', async () => {
    await bed.dns.remove(site.host);
    const { code, report } = await tested(site, 'ingress');
    await bed.dns.set(site.host, { a: ['192.0.2.1'] });
    expect(checked(report, 'name').state).toBe('not-looked');
    expect(code).toBe(5);
  });
});

describe('metrics', () => {
  const application = [
    'http_requests_total',
    'http_request_duration_seconds',
    'auth_login_attempts_total',
    'auth_token_generation_total',
  ];

  test('targets, page, scrapes, and each of the ten metrics with who should provide it', async () => {
    const seen = await until(
      'the metrics of the application to be seen',
      async () => {
        const found = await tested(site, 'metrics');
        const present = found.report.metrics?.filter(({ state }) => state === 'present').map(({ name }) => name) ?? [];
        const isScraped = found.report.scrape?.targets.every(({ health }) => health !== 'unknown');
        return isScraped &&
          application.every((name) => present.includes(name)) &&
          found.report.scrape?.secondsToVisible !== null
          ? found
          : undefined;
      },
      60,
    );
    const { report, code } = seen;
    expect(report.scrape?.targets.map(({ health }) => health)).toEqual(['up', 'up', 'up']);
    expect(report.scrape?.success).toBe(1);
    expect(checked(report, 'scrape-success')).toMatchObject({ state: 'passed' });
    expect(checked(report, 'page')).toMatchObject({ state: 'passed' });
    expect(report.scrape?.secondsToVisible).toBeGreaterThanOrEqual(0);
    // No kubelet, kube-state-metrics or PodMonitor for cert-manager is scraped on the bed: each missing one is named with its provider.
    const absent = report.metrics?.filter(({ state }) => state === 'absent') ?? [];
    expect(absent.map(({ name, provider }) => [name, provider.split(/[ ,]/).slice(0, 2).join(' ')])).toEqual([
      ['container_cpu_usage_seconds_total', 'the kubelet'],
      ['container_memory_usage_bytes', 'the kubelet'],
      ['kube_pod_status_phase', 'kube-state-metrics '],
      ['kube_deployment_status_replicas', 'kube-state-metrics '],
      ['certmanager_certificate_expiration_timestamp_seconds', 'cert-manager '],
      ['certmanager_certificate_ready_status', 'cert-manager '],
    ]);
    expect(code).toBe(3);
  });

  test('--prometheus goes before what is found', async () => {
    const address = await bed.prometheus.start();
    const { report } = await tested(site, 'metrics', ['--prometheus', `http://${address}:9090`]);
    expect(report.metrics?.find(({ name }) => name === 'http_requests_total')?.state).toBe('present');
    const nobody = await tested(site, 'metrics', ['--prometheus', 'http://127.0.0.1:9']);
    expect(nobody.code).toBe(5);
    expect(nobody.report.metrics?.map(({ state }) => state)).toEqual(Array(10).fill('not-looked'));
  });
});

describe('who may only look, Secrets excepted', () => {
  const kubeconfig = bed.kubeconfigOf('viewer');

  test.each(['pdb', 'certificate', 'metrics'])(
    'test %s is incomplete, and says which right is missing: 5',
    async (name) => {
      const { code, report } = await tested(site, name, [], { kubeconfig });
      expect(
        report.checks.filter(({ state }) => state === 'failed'),
        notPassed(report).join('\n'),
      ).toEqual([]);
      expect(code).toBe(5);
      expect(report.checks.some(({ needs }) => needs !== null)).toBe(true);
    },
  );

  test('test pdb --real evicts nothing', async () => {
    const mark = bed.auditMark();
    const { code, stderr } = await tested(site, 'pdb', ['--real', '--yes'], { kubeconfig });
    expect(code).toBe(5);
    expect(stderr).toContain('Nothing was evicted');
    expect(await bed.writesSince(mark)).toEqual([]);
  });
});
