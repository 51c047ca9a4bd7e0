import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { parseConnectTo } from '../../../src/core/addresses.ts';
import { cannotLook } from '../../../src/edges/probes/connection-failure.ts';
import { makeProbes } from '../../../src/edges/probes/make-probes.ts';
import { serveDns, zone } from './dns-server.ts';
import { closedPort, serveTcp } from './local-server.ts';

const { signal } = new AbortController();

test('open and refused', async () => {
  await using server = await serveTcp(() => undefined);
  expect(await makeProbes()({ at: 'tcp', address: '127.0.0.1', port: server.port }, signal)).toEqual({
    ok: true,
    value: 'open',
  });
  expect(await makeProbes()({ at: 'tcp', address: '127.0.0.1', port: closedPort }, signal)).toEqual({
    ok: true,
    value: 'refused',
  });
});

test('a --connect-to for a name applies to the addresses it was seen to have, and one for an address comes first', async () => {
  await using dns = await serveDns(
    zone({ 'A auth.example.org': ['203.0.113.9'], 'AAAA auth.example.org': ['2001:db8:0:0:0:0:0:7'] }),
  );
  await using server = await serveTcp(() => undefined);
  const rules = [`auth.example.org:80:127.0.0.1:${closedPort}`, `[2001:db8::7]:80:127.0.0.1:${server.port}`];
  const probe = makeProbes({ connectTo: rules.map(parseConnectTo), resolvers: [dns.address] });
  await probe({ at: 'dns', name: 'auth.example.org' }, signal);
  expect(await probe({ at: 'tcp', address: '203.0.113.9', port: 80 }, signal)).toEqual({ ok: true, value: 'refused' });
  expect(await probe({ at: 'tcp', address: '2001:db8::7', port: 80 }, signal)).toEqual({ ok: true, value: 'open' });
});

test('an abort rejects with its reason, before and during the connection', async () => {
  const reason = new Error('interrupted');
  const controller = new AbortController();
  const knocking = makeProbes()({ at: 'tcp', address: '127.0.0.1', port: 9 }, controller.signal);
  controller.abort(reason);
  await expect(knocking).rejects.toBe(reason);
  await expect(makeProbes()({ at: 'tcp', address: '127.0.0.1', port: 9 }, AbortSignal.abort(reason))).rejects.toBe(
    reason,
  );
});

test('a machine without a family of addresses says so instead of blaming the other end', () => {
  const unreachable = { why: 'unreachable', detail: 'no route to the network' } as const;
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !/^(f[cde]|169\.254\.)/i.test(address))
    .map(({ family }) => family);
  const cases = [
    ['IPv4', '203.0.113.9'],
    ['IPv6', '2001:db8::7'],
  ] as const;
  for (const [family, address] of cases) {
    const found = cannotLook(unreachable, address)?.detail;
    const wanted = `this machine has no ${family} connection, so ${address} cannot be looked at from here`;
    expect(found).toBe(own.includes(family) ? undefined : wanted);
  }
  expect(cannotLook({ why: 'refused', detail: '' }, '2001:db8::7')).toBeUndefined();
});
