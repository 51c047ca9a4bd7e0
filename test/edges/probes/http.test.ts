import type { TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseConnectTo } from '../../../src/core/addresses.ts';
import { makeProbes } from '../../../src/edges/probes/make-probes.ts';
import { type Authority, makeAuthority } from './certificate-authority.ts';
import { serveDns, zone } from './dns-server.ts';
import { closedPort, serveHttp, serveHttps, serveTcp } from './local-server.ts';

const { signal } = new AbortController();
const token = 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA';
const key = `${token}.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI`;
const url = `http://auth.example.org/.well-known/acme-challenge/${token}`;

/** A probe whose connections to port 80 (and 443) of anything end at local servers. */
function probing(http: { port: number }, https?: { port: number }, resolver?: { address: string }) {
  const rules = [`:80:127.0.0.1:${http.port}`, ...(https ? [`:443:127.0.0.1:${https.port}`] : [])];
  const probe = makeProbes({
    connectTo: rules.map(parseConnectTo),
    resolvers: resolver ? [resolver.address] : ['127.0.0.1:1'],
  });
  return (path = url) => probe({ at: 'http', url: path, address: '203.0.113.9' }, signal);
}

let authority: Authority;
beforeAll(async () => {
  authority = await makeAuthority('Test Root');
});

test('the key authorization is recognised, and kept nowhere', async () => {
  await using server = await serveHttp((_, response) => response.end(`${key}\n`));
  expect(await probing(server)()).toEqual({
    ok: true,
    value: {
      outcome: 'answered',
      status: 200,
      body: '',
      isKey: true,
      server: '',
      location: '',
      hops: [url],
      headers: {},
    },
  });
});

test.each([
  ['that of another token', `x${key.slice(1)}`],
  ['one with something behind it', `${key}x`],
  ['one that is too short', key.slice(0, -1)],
])('a key authorization is not %s', async (_, body) => {
  await using server = await serveHttp((_, response) => response.end(body));
  expect(await probing(server)()).toMatchObject({ value: { isKey: false } });
});

test('a key authorization within a page is not kept either', async () => {
  await using server = await serveHttp((_, response) => response.end(`<p>${key}</p>`));
  expect(await probing(server)()).toMatchObject({ value: { isKey: false, body: '<p>«key authorization»</p>' } });
});

test('the server sees the name that was asked for, and no cookie', async () => {
  await using server = await serveHttp((request, response) =>
    response.end(JSON.stringify([request.headers.host, request.headers.cookie ?? null, request.url])),
  );
  expect(await probing(server)()).toMatchObject({
    value: { body: JSON.stringify(['auth.example.org', null, new URL(url).pathname]) },
  });
});

test('a stranger’s page is cut, and its control characters are gone', async () => {
  const page = `\u001b[2J\u202e<html>\r\n${'x'.repeat(9000)}`;
  await using server = await serveHttp((_, response) => response.writeHead(404, { Server: 'nginx' }).end(page));
  expect(await probing(server)()).toMatchObject({
    value: { status: 404, server: 'nginx', body: `<html> ${'x'.repeat(1017)}` },
  });
});

test('of the headers only those are kept that say how a client is to be careful', async () => {
  await using server = await serveHttp((_, response) =>
    response
      .writeHead(200, {
        'Strict-Transport-Security': 'max-age=1\t; \u0085x',
        'Set-Cookie': 'session=1',
        'X-Powered-By': 'x',
      })
      .end(),
  );
  expect(await probing(server)()).toMatchObject({
    value: { headers: { 'strict-transport-security': 'max-age=1 ; x' } },
  });
});

test('a redirect can be looked at as it is', async () => {
  await using server = await serveHttp((_, response) =>
    response.writeHead(308, { Location: 'https://auth.example.org/health' }).end(),
  );
  const probe = makeProbes({ connectTo: [parseConnectTo(`:80:127.0.0.1:${server.port}`)] });
  const look = { at: 'http', url: 'http://auth.example.org/health', address: '203.0.113.9', follow: false } as const;
  expect(await probe(look, signal)).toMatchObject({
    value: { status: 308, location: 'https://auth.example.org/health', hops: ['http://auth.example.org/health'] },
  });
});

describe('redirects', () => {
  test('to HTTPS at the same name are followed, whatever the certificate', async () => {
    await using https = await serveHttps(
      authority.issue({ commonName: 'wrong.example.net', names: ['wrong.example.net'] }),
      (_, response) => response.end(key),
    );
    await using http = await serveHttp(({ url: path }, response) =>
      response.writeHead(308, { Location: `https://auth.example.org${path}` }).end(),
    );
    expect(await probing(http, https)()).toMatchObject({
      value: { status: 200, isKey: true, hops: [url, url.replace('http:', 'https:')] },
    });
  });

  test('to another name are resolved by the same resolver', async () => {
    await using dns = await serveDns(zone({ 'A www.example.org': ['203.0.113.77'] }));
    await using other = await serveHttp((request, response) => response.end(request.headers.host));
    await using http = await serveHttp((_, response) =>
      response.writeHead(302, { Location: 'http://www.example.org/x' }).end(),
    );
    const rules = [`203.0.113.77:80:127.0.0.1:${other.port}`, `203.0.113.9:80:127.0.0.1:${http.port}`].map(
      parseConnectTo,
    );
    const probe = makeProbes({ connectTo: rules, resolvers: [dns.address] });
    expect(await probe({ at: 'http', url, address: '203.0.113.9' }, signal)).toMatchObject({
      value: { body: 'www.example.org' },
    });
  });

  test('to a name that does not exist are bad', async () => {
    await using dns = await serveDns(zone({}));
    await using http = await serveHttp((_, response) =>
      response.writeHead(302, { Location: 'http://gone.example.org/' }).end(),
    );
    expect(await probing(http, undefined, dns)()).toMatchObject({
      value: {
        outcome: 'failed',
        why: 'bad-redirect',
        detail: 'redirects to http://gone.example.org/, whose name has no address',
      },
    });
  });

  test.each([
    ['https://auth.example.org:8443/', 'only ports 80 and 443'],
    ['ftp://auth.example.org/', 'only http and https'],
    ['http://203.0.113.9/', 'an address instead of a name'],
    ['http://auth.example.org.well-known/x', 'a "/" is missing'],
    ['http://[', 'no URL'],
    [url, 'a loop'],
  ])('to %s are bad: %s', async (location, detail) => {
    await using http = await serveHttp((_, response) => response.writeHead(301, { Location: location }).end());
    expect(await probing(http)()).toMatchObject({
      value: { outcome: 'failed', why: 'bad-redirect', detail: expect.stringContaining(detail) },
    });
  });

  test('with status 303 are bad', async () => {
    await using http = await serveHttp((_, response) => response.writeHead(303, { Location: '/elsewhere' }).end());
    expect(await probing(http)()).toMatchObject({
      value: { why: 'bad-redirect', detail: expect.stringContaining('status 303') },
    });
  });

  test('are followed ten times, not eleven', async () => {
    let last = 10;
    await using http = await serveHttp((request, response) => {
      const count = Number(request.url?.slice(1)) || 0;
      if (count === last) response.end('there');
      else response.writeHead(302, { Location: `/${count + 1}` }).end();
    });
    expect(await probing(http)('http://auth.example.org/')).toMatchObject({
      value: { outcome: 'answered', body: 'there' },
    });
    last = 11;
    expect(await probing(http)('http://auth.example.org/')).toMatchObject({
      value: { why: 'bad-redirect', detail: expect.stringContaining('after 10 other redirects') },
    });
  });

  test('a redirect without a place to go is an answer', async () => {
    await using http = await serveHttp((_, response) => response.writeHead(302).end());
    expect(await probing(http)()).toMatchObject({ value: { outcome: 'answered', status: 302 } });
  });

  test('to a port where nothing listens are the redirect’s fault, not port 80’s', async () => {
    await using http = await serveHttp((_, response) =>
      response.writeHead(301, { Location: 'https://auth.example.org/login?state=s3cret' }).end(),
    );
    const found = await probing(http, { port: closedPort })();
    expect(found).toMatchObject({
      value: { why: 'bad-redirect', detail: 'redirects to https://auth.example.org/login?…: connection refused' },
    });
  });

  test('to HTTPS that does not speak TLS fail as TLS', async () => {
    await using https = await serveHttp((_, response) => response.end());
    await using http = await serveHttp((_, response) =>
      response.writeHead(301, { Location: 'https://auth.example.org/' }).end(),
    );
    expect(await probing(http, https)()).toMatchObject({ value: { outcome: 'failed', why: 'tls' } });
  });
});

describe('what fails is an answer', () => {
  test('refused', async () => {
    expect(await probing({ port: closedPort })()).toEqual({
      ok: true,
      value: { outcome: 'failed', why: 'refused', detail: 'connection refused' },
    });
  });

  test('closed before an answer', async () => {
    await using server = await serveTcp((socket) => socket.on('data', () => socket.destroy()));
    expect(await probing(server)()).toMatchObject({ value: { outcome: 'failed', why: 'reset' } });
  });

  test('something that is not HTTP', async () => {
    await using server = await serveTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    expect(await probing(server)()).toMatchObject({
      value: { outcome: 'failed', why: 'reset', detail: 'the answer is not HTTP' },
    });
  });

  test.each([
    ['never answers', (): undefined => undefined, 'connected, but no answer within 2 s'],
    [
      'never ends',
      (socket: { write: (text: string) => void }) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
      'answered 200, but the body did not end within 2 s',
    ],
  ])('a server that %s', async (_, act, detail) => {
    await using server = await serveTcp((socket) => socket.on('data', () => act(socket)));
    const probe = makeProbes({ connectTo: [parseConnectTo(`:80:127.0.0.1:${server.port}`)], timeoutMs: 2000 });
    expect(await probe({ at: 'http', url, address: '203.0.113.9' }, signal)).toEqual({
      ok: true,
      value: { outcome: 'failed', why: 'timed-out', detail },
    });
  });

  test('an abort rejects with its reason', async () => {
    await using server = await serveTcp(() => undefined);
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const found = makeProbes({ connectTo: [parseConnectTo(`:80:127.0.0.1:${server.port}`)] })(
      { at: 'http', url, address: '203.0.113.9' },
      controller.signal,
    );
    controller.abort(reason);
    await expect(found).rejects.toBe(reason);
  });
});

test('of the headers only those that tell a browser how to behave are kept', async () => {
  await using server = await serveHttp((_, response) =>
    response
      .writeHead(200, {
        'Strict-Transport-Security': 'max-age=31536000',
        'X-Frame-Options': 'DENY',
        'Set-Cookie': 'session=x',
      })
      .end('ok'),
  );
  expect(await probing(server)()).toMatchObject({
    value: { headers: { 'strict-transport-security': 'max-age=31536000', 'x-frame-options': 'DENY' } },
  });
});

test('an IPv6 address in a URL is called as it stands there, by TLS without a server name', async () => {
  const seen: (string | undefined)[] = [];
  const certificate = authority.issue({ commonName: 'x.example', names: ['x.example'] });
  await using plain = await serveHttp((request, response) => response.end(String(seen.push(request.headers.host))));
  await using secured = await serveHttps(certificate, (request, response) => {
    seen.push(request.headers.host, String((request.socket as TLSSocket).servername));
    response.end();
  });
  const get = probing(plain, secured);
  expect(await get('http://[2001:db8::7]/health')).toMatchObject({ value: { status: 200 } });
  expect(await get('https://[2001:db8::7]/health')).toMatchObject({ value: { status: 200 } });
  expect(seen).toEqual(['[2001:db8::7]', '[2001:db8::7]', 'false']);
});
