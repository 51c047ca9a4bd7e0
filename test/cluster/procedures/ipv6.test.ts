import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { addresses, currentBed } from '../bed/bed.ts';
import type { Site } from '../cert-pending/site.ts';
import { newHome } from '../orion.ts';
import { rolledOut } from '../pdb-blocking/site.ts';
import { checked, consent, newService, notPassed, reportIn, testArgs, tested } from './site.ts';

/** The testing procedures where clients come by IPv6. */
const bed = currentBed();
let site: Site;

const real = (): readonly string[] => ['--real', ...consent(site)];
const onlyIpv6 = (address: string = addresses.loadBalancer6) => bed.dns.set(site.host, { aaaa: [address] });
const cordoned = async (): Promise<number> =>
  (await bed.api.get('/api/v1/nodes')).items.filter(({ spec }: Json) => spec.unschedulable === true).length;

beforeAll(async () => {
  site = await newService('six');
});
beforeEach(async () => {
  await rolledOut(site);
});
afterEach(() => bed.ingress.reset());

test('a name with AAAA only: a node is drained, and every probe goes by IPv6', async () => {
  await onlyIpv6();
  const { code, report, stderr } = await tested(site, 'pdb', real());
  const told = JSON.stringify(report, null, 2) + stderr;
  expect(code, told).toBe(0);
  expect(stderr).not.toContain('HTTPS cannot be watched');
  expect(report.drain, told).toMatchObject({ cordoned: true, uncordoned: true, stopped: null, probes: { share: 1 } });
  expect(report.drain?.probes.sent).toBeGreaterThan(5);
  expect(await cordoned()).toBe(0);
});

test('an IPv6 literal that connections are led to (--connect-to): the probes go there, whatever the name says', async () => {
  await bed.dns.set(site.host, { a: ['203.0.113.10'] });
  const led = ['--connect-to', `${site.host}:443:[${addresses.loadBalancer6}]:443`];
  const { code, report, stderr } = await tested(site, 'pdb', [...real(), ...led]);
  expect(code, JSON.stringify(report, null, 2) + stderr).toBe(0);
  expect(report.drain?.probes.share).toBe(1);
  expect(report.drain?.probes.sent).toBeGreaterThan(5);
});

test('of both families both are asked in turn, and told by their addresses where they are not answered any more', async () => {
  await bed.dns.set(site.host, { a: [addresses.loadBalancer], aaaa: [addresses.loadBalancer6] });
  const { code, report, stderr } = await drainedWhile(() => bed.ingress.close(443));
  expect(code, stderr).toBe(3);
  expect(report.drain?.stopped).toMatch(/3 HTTPS probes in a row went unanswered at /);
  const failures = report.drain?.probes.failures.join('\n') ?? '';
  expect(failures).toContain(` ${addresses.loadBalancer6}: connection refused`);
  expect(failures).toContain(` ${addresses.loadBalancer}: connection refused`);
  expect(checked(report, 'stayed-reachable').state).toBe('failed');
  expect(report.drain?.uncordoned).toBe(true);
  expect(await cordoned()).toBe(0);
});

test('where nobody listens at its only address, that is told before; unseen is not answered: 5', async () => {
  await onlyIpv6('2001:db8::9');
  const { code, report, stderr } = await tested(site, 'pdb', real());
  expect(stderr).toContain('HTTPS cannot be watched from here');
  expect(stderr).toContain('2001:db8::9: connection refused');
  expect(checked(report, 'stayed-reachable').state).toBe('not-looked');
  expect(code, stderr).toBe(5);
});

test('test ingress and test certificate see the same by IPv6', async () => {
  await onlyIpv6();
  const { code, report } = await tested(site, 'ingress');
  expect(code, notPassed(report).join('\n')).toBe(0);
  expect(report.addresses).toMatchObject([
    {
      address: addresses.loadBalancer6,
      family: 'IPv6',
      http: { status: 308 },
      https: { status: 200 },
      versions: { 'TLSv1.3': 'accepted' },
    },
  ]);
  const served = await tested(site, 'certificate');
  expect(served.report.certificates?.[0]?.where).toBe(`[${addresses.loadBalancer6}]:443`);
  expect(served.code, notPassed(served.report).join('\n')).toBe(0);
});

/** A drain in whose middle something happens: as soon as the node takes no new pods. */
async function drainedWhile(happens: () => Promise<void>) {
  const launcher = fileURLToPath(new URL('../../../bin/orion-setup.cjs', import.meta.url));
  const home = newHome();
  const places = { HOME: home, XDG_CONFIG_HOME: `${home}/c`, XDG_STATE_HOME: `${home}/s`, KUBECONFIG: bed.kubeconfig };
  const child = spawn(process.execPath, [launcher, ...testArgs(site, 'pdb', real())], {
    env: { ...process.env, ...places },
  });
  const stdout = text(child.stdout);
  let stderr = '';
  let happened: Promise<void> | undefined;
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
    if (stderr.includes('takes no new pods')) happened ??= happens();
  });
  const [code] = await once(child, 'close');
  await happened;
  return { code, report: reportIn({ code, stdout: await stdout, stderr }), stderr };
}
