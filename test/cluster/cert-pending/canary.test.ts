import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentBed, until } from '../bed/bed.ts';
import { diagnosed, newHome } from '../orion.ts';
import { run } from '../setup/installation.ts';
import { killedAt } from '../setup/killed.ts';
import { failedOften } from './failed-often.ts';
import { ask, consent, issuer, newSite, type Site } from './site.ts';

/** A throw-away certificate of the test CA, before the real one is asked again; and kill -9 in its midst. */
const bed = currentBed();
const production = 'https://acme-v02.api.letsencrypt.org/directory';
const staging = 'https://acme-staging-v02.api.letsencrypt.org/directory';

/** Let's Encrypt's own addresses, which the whole world trusts. */
function trusted(of: Site, server: string) {
  const wanted = issuer(of, { server });
  return { ...wanted, spec: { acme: { ...wanted.spec.acme, caBundle: undefined } } };
}

/** A Certificate of the real CA, which does not give it. */
async function refused(prefix: string): Promise<Site> {
  const site = await newSite(prefix);
  await bed.kubectl('apply -f -', trusted({ ...site, issuer: 'letsencrypt-staging' }, staging));
  await bed.kubectl('apply -f -', trusted({ ...site, issuer: `${site.issuer}-real` }, production));
  await ask(site, { issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: `${site.issuer}-real` } });
  return site;
}

const inAnHour = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** What the real CA does not do for now, and which cause offers the proof. */
const refusals: readonly (readonly [offeredBy: string, refuse: () => Promise<void>])[] = [
  [
    'issuance-backoff',
    () =>
      bed.acme.production.failValidations({
        status: 400,
        type: 'connection',
        detail:
          '127.77.0.2: Fetching http://canary/.well-known/acme-challenge/x: Timeout during connect (likely firewall problem)',
      }),
  ],
  [
    'acme-rate-limited-failed-authz',
    () =>
      bed.acme.production.refuse('new-order', {
        status: 429,
        type: 'rateLimited',
        detail: `too many failed authorizations (5) for "canary" in the last 1h0m0s, retry after ${inAnHour}: see https://letsencrypt.org/docs/rate-limits/`,
      }),
  ],
];

afterAll(() => bed.acme.production.reset());

describe.each(refusals)('%s', (code, refuse) => {
  let site: Site;
  beforeAll(async () => {
    await bed.acme.production.reset();
    await refuse();
    site = await refused('canary');
    // Else the next try would begin while the proof is under way.
    await failedOften(site);
  });

  const offered = () =>
    until(
      `the proof to be offered by ${code}`,
      async () => {
        const { report } = await diagnosed(site.namespace);
        const remedies = report.findings.filter((finding) => finding.code === code).flatMap((one) => one.remedies);
        return remedies.find(({ id, blockedBy }) => id === 'prove-with-test-ca' && blockedBy === null);
      },
      60,
    );

  const left = async (): Promise<string> =>
    (await bed.kubectl(`-n ${site.namespace} get certificates,certificaterequests,orders,challenges,secrets -o name`))
      .split('\n')
      .filter((name) => name.includes('auth-tls-cert-canary'))
      .join(' ');

  test('cut off by kill -9, it is cleaned up by the next start, which says so', async () => {
    await offered();
    const home = newHome();
    const place = { folder: home, home };
    const look = ['runbook', 'cert-pending', '-n', site.namespace, '--resolver', bed.resolver, '-o', 'json'];
    await killedAt(place, 'before sent Certificate', [...look, ...consent(site), '--remedy', 'prove-with-test-ca']);
    expect(await left()).toContain('certificate.cert-manager.io/auth-tls-cert-canary');
    const next = await run(place, look);
    expect(next.stderr).toContain('put back, Certificate/auth-tls-cert-canary is as before');
    expect(next.stderr).not.toContain('cut off');
    await until('nothing to be left', async () => ((await left()) === '' ? true : undefined));
    expect((await run(place, look)).stderr).not.toContain('put back');
  });

  test('proved, and nothing of it stays', async () => {
    await offered();
    const { report, stderr } = await diagnosed(site.namespace, {
      more: [...consent(site), '--remedy', 'prove-with-test-ca'],
    });
    expect(report.remediation, stderr).toMatchObject({ applied: true, verified: true, undoId: null });
    await until('nothing to be left', async () => ((await left()) === '' ? true : undefined));
  });
});
