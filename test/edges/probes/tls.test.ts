import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseConnectTo } from '../../../src/core/addresses.ts';
import { tlsVersions } from '../../../src/core/look.ts';
import { makeProbes } from '../../../src/edges/probes/make-probes.ts';
import { type Authority, makeAuthority } from './certificate-authority.ts';
import { closedPort, serveHttps, serveTcp } from './local-server.ts';

const { signal } = new AbortController();
let authority: Authority;
beforeAll(async () => {
  authority = await makeAuthority('(STAGING) Test Root');
});

const probing = (port: number, timeoutMs = 5000) => {
  const probe = makeProbes({ connectTo: [parseConnectTo(`auth.example.org:443:127.0.0.1:${port}`)], timeoutMs });
  return () => probe({ at: 'tls', host: 'auth.example.org', address: '203.0.113.9', port: 443 }, signal);
};

test('the certificate that is served is told, though nobody trusts it', async () => {
  const names = ['auth.example.org', 'www.example.org'];
  const identity = authority.issue({
    commonName: 'auth.example.org',
    names,
    serial: '0abc12',
    notAfter: new Date('2027-02-21T05:00:00Z'),
  });
  await using server = await serveHttps(identity, (_, response) => response.end());
  expect(await probing(server.port)()).toEqual({
    ok: true,
    value: {
      serial: '0ABC12',
      subject: 'CN=auth.example.org, O=Example',
      issuer: 'CN=(STAGING) Test Root',
      names,
      notAfter: '2027-02-21T05:00:00.000Z',
      protocol: 'TLSv1.3',
      chain: [
        {
          serial: '0ABC12',
          subject: 'CN=auth.example.org, O=Example',
          issuer: 'CN=(STAGING) Test Root',
          names,
          notBefore: expect.any(String),
          notAfter: '2027-02-21T05:00:00.000Z',
          signedByNext: null,
          key: expect.stringMatching(/^(RSA|EC) /),
          fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
        },
      ],
      seenFrom: '127.0.0.1',
      distrust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    },
  });
});

describe('versions', () => {
  const versionsOf = async (server: { port: number }) => {
    const probe = makeProbes({ connectTo: [parseConnectTo(`:443:127.0.0.1:${server.port}`)] });
    const asked = tlsVersions.map((version) =>
      probe({ at: 'tls-version', version, host: 'auth.example.org', address: '203.0.113.9', port: 443 }, signal),
    );
    return (await Promise.all(asked)).map((answer) => (answer.ok ? answer.value.accepted : answer.why));
  };
  const identity = () => authority.issue({ commonName: 'auth.example.org', names: ['auth.example.org'] });

  test('a server of today takes the two new ones', async () => {
    await using server = await serveHttps(identity(), (_, response) => response.end());
    expect(await versionsOf(server)).toEqual([false, false, true, true]);
  });

  test('one that takes all of them is seen to', async () => {
    const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await using server = await serveHttps({ ...identity(), ...old }, (_, response) => response.end());
    expect(await versionsOf(server)).toEqual([true, true, true, true]);
  });

  test('a port that is closed or breaks off tells nothing about versions', async () => {
    expect(await versionsOf({ port: closedPort })).toEqual(Array(4).fill('unreachable'));
    await using rude = await serveTcp((socket) => socket.destroy());
    expect(await versionsOf(rude)).toEqual(Array(4).fill('unreadable'));
  });
});

test('the name is in the handshake, so that the server can choose', async () => {
  const fallback = authority.issue({ commonName: 'fallback.example.net', names: ['fallback.example.net'] });
  const right = authority.issue({ commonName: 'auth.example.org', names: ['auth.example.org'] });
  const server = createServer({
    ...fallback,
    SNICallback: (name, done) => done(null, createSecureContext(name === 'auth.example.org' ? right : fallback)),
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const found = await probing((server.address() as AddressInfo).port)();
  server.close();
  expect(found).toMatchObject({ value: { names: ['auth.example.org'] } });
});

test('what fails is said', async () => {
  await using silent = await serveTcp(() => undefined);
  await using plain = await serveTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await using rude = await serveTcp((socket) => socket.destroy());
  expect(await probing(closedPort)()).toEqual({ ok: false, why: 'unreachable', detail: 'connection refused' });
  expect(await probing(silent.port, 200)()).toEqual({
    ok: false,
    why: 'timed-out',
    detail: 'no TLS handshake within 0.2 s',
  });
  expect(await probing(plain.port)()).toMatchObject({
    ok: false,
    why: 'unreadable',
    detail: expect.stringContaining('TLS handshake failed'),
  });
  expect(await probing(rude.port)()).toMatchObject({ ok: false, why: 'unreadable' });
});
