import { beforeAll, expect, test } from 'vitest';
import { currentBed, until } from '../bed/bed.ts';
import { diagnosed, newHome } from '../orion.ts';
import { run } from '../setup/installation.ts';
import { killedAt } from '../setup/killed.ts';
import { ask, consent, issuer, newSite, type Site } from './site.ts';

/** A throw-away certificate of the test CA, before the real one is asked again; and kill -9 in its midst. */
const bed = currentBed();
const production = 'https://acme-v02.api.letsencrypt.org/directory';
const staging = 'https://acme-staging-v02.api.letsencrypt.org/directory';

let site: Site;
beforeAll(async () => {
  site = await newSite('canary');
  await bed.kubectl('apply -f -', trusted({ ...site, issuer: 'letsencrypt-staging' }, staging));
  await bed.kubectl('apply -f -', trusted({ ...site, issuer: `${site.issuer}-real` }, production));
  await bed.acme.production.failValidations({
    status: 400,
    type: 'connection',
    detail:
      '127.77.0.2: Fetching http://canary/.well-known/acme-challenge/x: Timeout during connect (likely firewall problem)',
  });
  await ask(site, { issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: `${site.issuer}-real` } });
});

/** Let's Encrypt's own addresses, which the whole world trusts. */
function trusted(of: Site, server: string) {
  const wanted = issuer(of, { server });
  return { ...wanted, spec: { acme: { ...wanted.spec.acme, caBundle: undefined } } };
}

const offered = () =>
  until(
    'the proof to be offered',
    async () => {
      const { report } = await diagnosed(site.namespace);
      const remedies = report.findings.flatMap((finding) => finding.remedies);
      return remedies.find(({ id, blockedBy }) => id === 'prove-with-test-ca' && blockedBy === null);
    },
    60,
  );

const left = async (): Promise<string> =>
  (await bed.kubectl(`-n ${site.namespace} get certificates,secrets -o name`))
    .split('\n')
    .filter((name) => name.includes('canary'))
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
