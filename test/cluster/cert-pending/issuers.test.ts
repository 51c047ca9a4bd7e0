import { expect, test } from 'vitest';
import { currentBed, until } from '../bed/bed.ts';
import { diagnosed, newHome, orion } from '../orion.ts';
import { ask, consent, issued, issuer, namesExactly, newSite } from './site.ts';

/** Causes that stand at the issuer, injected for real. */
const bed = currentBed();

test('issuer-not-found: named, mended by --fix, taken back by undo', async () => {
  const site = await newSite('notfound');
  const home = newHome();
  const typo = `${site.issuer.slice(0, -1)}x`;
  await ask(site, { issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: typo } });
  const { report, code } = await namesExactly(site, ['issuer-not-found']);
  expect(code).toBe(3);
  expect(report.findings[0]?.evidence.map(({ saw }) => saw).join('\n')).toContain(typo);

  const mended = await diagnosed(site.namespace, { home, more: consent(site) });
  expect(mended.report.remediation).toMatchObject({ applied: true, verified: true });
  expect(mended.code).toBe(0);
  await issued(site);

  const undone = await orion(['undo', '--yes', '--confirm', site.namespace, '--confirm', 'bed'], { home });
  expect(undone.code, undone.stderr).toBe(0);
  const { spec } = await bed.api.get(
    `/apis/cert-manager.io/v1/namespaces/${site.namespace}/certificates/auth-tls-cert`,
  );
  expect(spec.issuerRef.name).toBe(typo);
});

test('issuer-not-found: nothing is changed without the word, and the exit code says so', async () => {
  const site = await newSite('noword');
  await ask(site, { issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: site.issuer } });
  await namesExactly(site, ['issuer-not-found']);
  const mark = bed.auditMark();
  const said = await orion([
    'runbook',
    'cert-pending',
    '-n',
    site.namespace,
    '--resolver',
    bed.resolver,
    '--fix',
    '--yes',
  ]);
  expect(said.code).toBe(6);
  expect(said.stderr).toContain(`--confirm ${site.namespace} --confirm bed`);
  expect(await bed.writesSince(mark)).toEqual([]);
});

test('acme-unreachable: nothing listens at the server', async () => {
  const site = await newSite('unreach', { server: 'https://127.77.0.3:14999/dir' });
  await ask(site);
  const { report } = await namesExactly(site, ['acme-unreachable']);
  expect(report.findings.find(({ code }) => code === 'issuer-not-ready')).toMatchObject({ root: false });
  await bed.kubectl('apply -f -', issuer(site));
  await issued(site);
});

test('acme-contact-invalid: the server refuses the e-mail', async () => {
  await bed.acme.staging.refuse('new-account', {
    status: 400,
    type: 'invalidContact',
    detail: 'Error validating contact(s) :: contact email has forbidden domain "example.com"',
  });
  const site = await newSite('contact', { email: 'ops@example.com' });
  await ask(site);
  await namesExactly(site, ['acme-contact-invalid']);
  await bed.acme.staging.reset();
  await bed.kubectl('apply -f -', issuer(site));
  await issued(site);
});

test('acme-server-wrong: an address that is no directory', async () => {
  const site = await newSite('server', { server: `${bed.acme.staging.directory}/nothing-here` });
  await ask(site);
  await namesExactly(site, ['acme-server-wrong']);
  await bed.kubectl('apply -f -', issuer(site));
  await issued(site);
});

test('a healthy certificate has no cause, a young one waits', async () => {
  const site = await newSite('sound');
  await ask(site);
  const young = await diagnosed(site.namespace);
  expect([0, 4], JSON.stringify(young.report, null, 2)).toContain(young.code);
  expect(young.report.rootCauses).toEqual([]);
  await issued(site);
  const sound = await until('a healthy report', async () => {
    const found = await diagnosed(site.namespace);
    return found.code === 0 ? found : undefined;
  });
  expect(sound.report).toMatchObject({ outcome: 'healthy', rootCauses: [], findings: [], unrecognised: null });
});
