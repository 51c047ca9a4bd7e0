import { expect, test } from 'vitest';
import { lookUp } from '../../../src/edges/probes/dns.ts';
import { makeProbes } from '../../../src/edges/probes/make-probes.ts';
import { serveDns, zone } from './dns-server.ts';
import { closedPort } from './local-server.ts';

const { signal } = new AbortController();
const host = 'auth.example.org';
const records = {
  [`A ${host}`]: ['203.0.113.9', '203.0.113.10'],
  [`AAAA ${host}`]: ['2001:db8:0:0:0:0:0:7'],
  [`CAA ${host}`]: ['0 issue letsencrypt.org', '128 iodef mailto:ops@example.org'],
  'CAA example.org': ['0 issue ca.example.net'],
};

test('the given resolver is asked, and it alone', async () => {
  await using server = await serveDns(zone(records));
  const probe = makeProbes({ resolvers: [server.address] });
  expect(await probe({ at: 'dns', name: host }, signal)).toEqual({
    ok: true,
    value: {
      rcode: 'NOERROR',
      a: ['203.0.113.10', '203.0.113.9'],
      aaaa: ['2001:db8::7'],
      caa: ['0 issue "letsencrypt.org"', '128 iodef "mailto:ops@example.org"'],
      asked: server.address,
    },
  });
  expect(server.asked.toSorted()).toEqual([`A ${host}`, `AAAA ${host}`, `CAA ${host}`]);
});

test('CAA is that of this very name, never a parent’s', async () => {
  await using server = await serveDns(
    zone({ 'A www.example.org': ['203.0.113.9'], 'CAA example.org': ['0 issue ca.example.net'] }),
  );
  const found = await makeProbes({ resolvers: [server.address] })({ at: 'dns', name: 'www.example.org' }, signal);
  expect(found).toMatchObject({ value: { caa: [] } });
});

test.each([
  { reply: { rcode: 'NXDOMAIN' }, rcode: 'NXDOMAIN' },
  { reply: {}, rcode: 'NOERROR' },
  { reply: { rcode: 'SERVFAIL' }, rcode: 'SERVFAIL' },
  { reply: { rcode: 'REFUSED' }, rcode: 'REFUSED' },
  { reply: 'silence', rcode: 'TIMEOUT' },
] as const)('what the server says becomes the rcode $rcode', async ({ reply, rcode }) => {
  await using server = await serveDns(() => reply);
  const bound = reply === 'silence' ? { timeoutMs: 400 } : {};
  const found = await makeProbes({ resolvers: [server.address], ...bound })({ at: 'dns', name: host }, signal);
  expect(found).toEqual({ ok: true, value: { rcode, a: [], aaaa: [], caa: [], asked: server.address } });
});

test('addresses that are there do not hide a CAA lookup that fails', async () => {
  await using server = await serveDns((type, name) =>
    type === 'CAA' ? { rcode: 'SERVFAIL' } : zone(records)(type, name),
  );
  const found = await makeProbes({ resolvers: [server.address] })({ at: 'dns', name: host }, signal);
  expect(found).toMatchObject({ value: { rcode: 'SERVFAIL', a: ['203.0.113.10', '203.0.113.9'] } });
});

test('no DNS server to reach is not an answer about the name', async () => {
  const found = await makeProbes({ resolvers: [`127.0.0.1:${closedPort}`] })({ at: 'dns', name: host }, signal);
  expect(found).toEqual({ ok: false, why: 'unreachable', detail: 'no DNS server could be reached' });
});

test('a name that cannot be asked for is unreadable', async () => {
  await using server = await serveDns(() => ({}));
  const found = await makeProbes({ resolvers: [server.address] })(
    { at: 'dns', name: `${'x'.repeat(70)}.example.org` },
    signal,
  );
  expect(found).toMatchObject({ ok: false, why: 'unreadable' });
});

const delegation = { 'NS example.org': ['ns1.example.net'], 'A ns1.example.net': ['127.0.0.1'] };
const ask = (name: string, system: { address: string }, authority: { port: number }, timeoutMs = 5000) =>
  lookUp(name, { resolvers: [], system: [system.address], authorityPort: authority.port, timeoutMs }, signal);

test('the zone’s own answer beats a stale cache', async () => {
  await using system = await serveDns(zone({ ...delegation, [`A ${host}`]: ['198.51.100.1'] }));
  await using authority = await serveDns(zone({ [`A ${host}`]: ['203.0.113.9'] }));
  expect(await ask(host, system, authority)).toMatchObject({ value: { a: ['203.0.113.9'], asked: authority.address } });
});

test('the zone’s own NXDOMAIN beats a stale cache', async () => {
  await using system = await serveDns(zone({ ...delegation, [`A ${host}`]: ['198.51.100.1'] }));
  await using authority = await serveDns(zone({}));
  expect(await ask(host, system, authority)).toMatchObject({ value: { rcode: 'NXDOMAIN', a: [] } });
});

test('a delegated zone is asked at its own servers, not at the parent’s', async () => {
  await using system = await serveDns(
    zone({
      'NS sub.example.org': ['ns1.example.net'],
      'NS example.org': ['ns2.example.net'],
      'A ns1.example.net': ['127.0.0.1'],
    }),
  );
  await using authority = await serveDns(zone({ 'A auth.sub.example.org': ['203.0.113.9'] }));
  expect(await ask('auth.sub.example.org', system, authority)).toMatchObject({ value: { a: ['203.0.113.9'] } });
});

test.each(['silence', { rcode: 'REFUSED' }, { rcode: 'SERVFAIL' }] as const)(
  'servers of the zone that answer %o leave the system’s answer standing',
  async (reply) => {
    await using system = await serveDns(zone({ ...delegation, [`A ${host}`]: ['198.51.100.1'] }));
    await using authority = await serveDns(() => reply);
    // Of silence half the bound is waited out, and the system has answered by then.
    expect(await ask(host, system, authority, reply === 'silence' ? 2000 : undefined)).toMatchObject({
      value: { rcode: 'NOERROR', a: ['198.51.100.1'], asked: 'system' },
    });
  },
);

test('SERVFAIL of a validating resolver stands: the zone’s own servers do not validate', async () => {
  const known = zone(delegation);
  await using system = await serveDns((type, name) => (name === host ? { rcode: 'SERVFAIL' } : known(type, name)));
  await using authority = await serveDns(zone({ [`A ${host}`]: ['203.0.113.9'] }));
  expect(await ask(host, system, authority)).toMatchObject({ value: { rcode: 'SERVFAIL', asked: 'system' } });
});

test('an alias that leads out of the zone is followed', async () => {
  await using system = await serveDns(
    zone({ ...delegation, 'A lb.example.com': ['203.0.113.9'], [`CNAME ${host}`]: ['old.example.com'] }),
  );
  await using authority = await serveDns(zone({ [`CNAME ${host}`]: ['lb.example.com'] }));
  expect(await ask(host, system, authority)).toMatchObject({
    value: { rcode: 'NOERROR', a: ['203.0.113.9'], asked: 'system' },
  });
});

test('aliases that run in a circle come to an end', async () => {
  await using system = await serveDns(zone({ ...delegation, [`A ${host}`]: ['198.51.100.1'] }));
  await using authority = await serveDns(zone({ [`CNAME ${host}`]: ['b.example.org'], 'CNAME b.example.org': [host] }));
  expect(await ask(host, system, authority)).toMatchObject({ ok: true });
});

test('an abort rejects with its reason', async () => {
  await using server = await serveDns(() => 'silence');
  const reason = new Error('interrupted');
  const controller = new AbortController();
  const found = makeProbes({ resolvers: [server.address] })({ at: 'dns', name: host }, controller.signal);
  controller.abort(reason);
  await expect(found).rejects.toBe(reason);
});
