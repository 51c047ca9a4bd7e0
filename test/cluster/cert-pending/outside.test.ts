import { beforeEach, expect, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { addresses, currentBed, until } from '../bed/bed.ts';
import { diagnosed, newHome, orion } from '../orion.ts';
import { ask, consent, issued, issuer, namesExactly, newSite } from './site.ts';

/** Causes between the CA and the solver, injected for real: DNS, port 80, the ingress, its policies. */
const bed = currentBed();

beforeEach(async () => {
  await bed.ingress.reset();
});

test('dns-no-record: goes on by itself once the record is there', async () => {
  const site = await newSite('norecord', { dns: null });
  await ask(site);
  const { report } = await namesExactly(site, ['dns-no-record']);
  expect(report.findings[0]?.remedies[0]?.commands).toEqual([`${site.host}.  A  ${addresses.loadBalancer}`]);
  await bed.dns.set(site.host, { a: [addresses.loadBalancer] });
  await issued(site);
});

test('dns-wrong-target: the record leads elsewhere', async () => {
  const site = await newSite('elsewhere', { dns: [addresses.wrongTargets[1]] });
  await ask(site);
  await namesExactly(site, ['dns-wrong-target']);
  await bed.dns.set(site.host, { a: [addresses.loadBalancer] });
  await issued(site);
});

test('port80-blocked: refused', async () => {
  await bed.ingress.close(80);
  const site = await newSite('refused');
  await ask(site);
  await namesExactly(site, ['port80-blocked']);
  await bed.ingress.open(80);
  await issued(site);
});

test('port80-blocked: filtered on the way', async () => {
  await bed.ingress.silence(true);
  const site = await newSite('filtered');
  await ask(site);
  await namesExactly(site, ['port80-blocked']);
  await bed.ingress.silence(false);
  await issued(site);
});

test('solver-ingress-class-mismatch: mended at the issuer, taken back exactly', async () => {
  const site = await newSite('class', { solver: { ingressClassName: 'traefik' } });
  const home = newHome();
  await ask(site);
  await namesExactly(site, ['solver-ingress-class-mismatch']);
  const mended = await diagnosed(site.namespace, { home, more: consent(site) });
  expect(mended.report.remediation, mended.stderr).toMatchObject({ applied: true, verified: true });
  await issued(site);

  expect((await orion(['undo', '--yes', '--confirm', site.namespace, '--confirm', 'bed'], { home })).code).toBe(0);
  const { spec } = await bed.api.get(`/apis/cert-manager.io/v1/clusterissuers/${site.issuer}`);
  expect(spec.acme.solvers).toEqual([{ http01: { ingress: { ingressClassName: 'traefik' } } }]);
});

test('networkpolicy-blocks-solver: one policy added, and deleted again by undo', async () => {
  await bed.ingress.enforcePolicies(true);
  const site = await newSite('policy');
  const home = newHome();
  await bed.kubectl('apply -f -', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'baseline-deny', namespace: site.namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  });
  await ask(site);
  await namesExactly(site, ['networkpolicy-blocks-solver']);
  // At first the policy is only evaluated; once the ingress has tried and failed, it is proved.
  const proved = await until('a proof', async () => {
    const { report } = await diagnosed(site.namespace);
    return report.findings[0]?.confidence === 'confirmed' ? report.findings[0] : undefined;
  });
  expect(proved.object.name).toBe('baseline-deny');
  const mended = await diagnosed(site.namespace, { home, more: consent(site) });
  expect(mended.report.remediation, mended.stderr).toMatchObject({ applied: true, verified: true });
  await issued(site);

  const policies = () => bed.kubectl(`-n ${site.namespace} get networkpolicies -o name`);
  expect(await policies()).toContain('allow-acme-http01-solver');
  expect((await orion(['undo', '--yes', '--confirm', site.namespace, '--confirm', 'bed'], { home })).code).toBe(0);
  expect(await policies()).not.toContain('allow-acme-http01-solver');
});

test('http01-intercepted: something in front answers the path', async () => {
  const site = await newSite('login');
  await bed.ingress.respond({
    host: site.host,
    pathPrefix: '/',
    status: 200,
    body: '<html>please log in</html>',
    headers: { server: 'gateway' },
  });
  await ask(site);
  // A controller may take a minute to learn of the solver's Ingress, so until then this is no interception yet.
  await namesExactly(site, ['http01-intercepted'], 150);
  await bed.ingress.reset();
  await issued(site);
});

test('redirect-bad: cert-manager follows it to a closed port and waits; the CA is not asked in vain', async () => {
  const site = await newSite('away');
  await bed.ingress.respond({
    host: site.host,
    pathPrefix: '/',
    status: 301,
    headers: { location: `https://${site.host}:8443/` },
  });
  await ask(site);
  // As with an interception: in its first minute the controller may not know the solver's Ingress yet.
  const { report } = await namesExactly(site, ['redirect-bad'], 150);
  expect(report.findings[0]).toMatchObject({ confidence: 'confirmed', object: { kind: 'Challenge' } });
  expect(report.findings[0]?.because).toContain('8443');
  await bed.ingress.reset();
  await issued(site);
});

test('two faults at once: after the first is mended the second is named, never both guessed', async () => {
  await bed.ingress.enforcePolicies(true);
  const site = await newSite('stacked', { solver: { ingressClassName: 'traefik' } });
  await bed.kubectl('apply -f -', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'baseline-deny', namespace: site.namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  });
  await ask(site);
  const first = await namesExactly(site, ['solver-ingress-class-mismatch']);
  expect(first.report.findings.map(({ code }) => code)).not.toContain('networkpolicy-blocks-solver');
  await bed.kubectl('apply -f -', issuer(site));
  // cert-manager makes another Challenge, and takes away the one of before with its Ingress.
  const isOfNewClass = ({ metadata, spec }: Json) =>
    metadata.deletionTimestamp === undefined && spec.solver.http01.ingress.ingressClassName === 'nginx';
  await until(
    'the Challenge of the new class alone',
    async () => {
      const { items } = await bed.api.get(`/apis/acme.cert-manager.io/v1/namespaces/${site.namespace}/challenges`);
      return (items.length > 0 && items.every(isOfNewClass)) || undefined;
    },
    60,
  );
  await namesExactly(site, ['networkpolicy-blocks-solver']);
});
