import { createServer as createHttp } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { makeAuthority } from '../probes/certificate-authority.ts';
import { closedPort, serveTcp } from '../probes/local-server.ts';
import { connectWith, type LocalApi, serveApi, theAuthority } from './local-api.ts';

const look = { at: 'get', kind: kinds.Node, name: 'n' } as const;
const json = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } };
const signal = AbortSignal.timeout(120_000);
describe('what is said of a server out of reach', () => {
  const detailOf = async (server: string, cluster: object = {}, ca?: string): Promise<string> => {
    const { reader } = await connectWith({ server, cluster, ...(ca === undefined ? {} : { ca }) });
    const answer = await reader.look(look, signal);
    if (answer.ok) throw new Error('it was reached');
    expect(answer.why).toBe('unreachable');
    return answer.detail;
  };

  test('nothing listens', async () => {
    expect(await detailOf(`https://localhost:${closedPort}`)).toContain('connection refused');
  });

  test('its name does not resolve', async () => {
    expect(await detailOf('https://api.invalid:6443')).toMatch(
      /api\.invalid:6443 does not resolve|No DNS server answers/,
    );
  });

  test('its certificate is of another authority', async () => {
    await using api = await serveApi([{ json }]);
    const { cert } = await makeAuthority('Another');
    expect(await detailOf(api.server, {}, cert)).toContain('not signed by the authority that the kubeconfig names');
  });

  test('no authority is named for it', async () => {
    await using api = await serveApi([{ json }]);
    expect(await detailOf(api.server, {}, '')).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('its certificate is for another name', async () => {
    await using api = await serveApi([{ json }], { names: ['api.example.org'] });
    expect(await detailOf(api.server)).toContain('tls-server-name');
  });

  test('its certificate has expired', async () => {
    const { cert, key } = (await theAuthority()).issue({
      serial: '05',
      commonName: 'api',
      names: ['localhost'],
      notAfter: new Date('2026-02-01'),
    });
    await using api = await serveApi([{ json }], { cert, key });
    expect(await detailOf(api.server)).toContain('has expired');
  });

  test('it speaks no TLS', async () => {
    await using plain = await serveTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await detailOf(`https://localhost:${plain.port}`)).toContain('does not speak TLS');
  });

  test('it wants another client certificate', async () => {
    await using api = await serveApi([{ json }], {
      requestCert: true,
      rejectUnauthorized: true,
      ca: (await theAuthority()).cert,
    });
    expect(await detailOf(api.server)).toMatch(/may not accept the client certificate|broke the connection off/);
  });

  test('it does not know this login, and a token does not change by asking again', async () => {
    await using api = await serveApi([{ status: 401 }]);
    expect(await detailOf(api.server)).toContain('does not accept this login (401 Unauthorized)');
    expect(api.got).toHaveLength(1);
  });

  test('of any of them, there is no identity', async () => {
    const { reader } = await connectWith({ server: `https://localhost:${closedPort}` });
    await expect(reader.identity(signal)).rejects.toMatchObject({ name: 'ExpectedStop', reason: 'no-connection' });
    await using api = await serveApi([{ status: 401 }]);
    await expect((await connectWith({ server: api.server })).reader.identity(signal)).rejects.toMatchObject({
      reason: 'no-connection',
    });
  });
});

test('tls-server-name is what the certificate is checked for', async () => {
  await using api = await serveApi([{ json }], { names: ['api.example.org'] });
  const { reader } = await connectWith({ server: api.server, cluster: { 'tls-server-name': 'api.example.org' } });
  expect(await reader.look(look, signal)).toMatchObject({ ok: true });
  expect(api.got[0]?.socket.servername).toBe('api.example.org');
});

test('a kubeconfig that says to check no certificate', async () => {
  await using api = await serveApi([{ json }], { names: ['api.example.org'] });
  const { reader } = await connectWith({ server: api.server, cluster: { 'insecure-skip-tls-verify': true } });
  expect(await reader.look(look, signal)).toMatchObject({ ok: true });
});

describe('through a proxy', () => {
  const far = 'https://api.far.example.org:6443';
  /** Takes CONNECT, and leads wherever `to` is. */
  const proxyTo = async (to: LocalApi, status = 200) => {
    const asked: string[] = [];
    const sockets = new Set<Socket>();
    const proxy = createHttp();
    proxy.on('connect', (request, socket: Socket) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
      sockets.add(socket.on('error', () => undefined));
      if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const through = connectTcp(to.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        through.pipe(socket).pipe(through);
      });
      sockets.add(through.on('error', () => undefined));
    });
    const listening = Promise.withResolvers<void>();
    proxy.listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    return {
      asked,
      url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      [Symbol.asyncDispose]: async () => {
        for (const socket of sockets) socket.destroy();
        proxy.close();
      },
    };
  };

  test('that the kubeconfig names, with its password; the connection is kept', async () => {
    await using api = await serveApi([{ json }], { names: ['api.far.example.org'] });
    await using proxy = await proxyTo(api);
    const { reader } = await connectWith({
      server: far,
      cluster: { 'proxy-url': proxy.url.replace('//', '//me:pass@') },
    });
    expect(await reader.look(look, signal)).toMatchObject({ ok: true });
    expect(await reader.look(look, signal)).toMatchObject({ ok: true });
    expect(proxy.asked).toEqual([`api.far.example.org:6443 Basic ${btoa('me:pass')}`]);
    expect(api.got[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  test('that the environment names', async () => {
    await using api = await serveApi([{ json }], { names: ['api.far.example.org'] });
    await using proxy = await proxyTo(api);
    const { reader } = await connectWith({ server: far }, { env: { HTTPS_PROXY: proxy.url } });
    expect(await reader.look(look, signal)).toMatchObject({ ok: true });
    expect(proxy.asked).toHaveLength(1);
  });

  test('but not for what NO_PROXY names', async () => {
    await using api = await serveApi([{ json }]);
    await using proxy = await proxyTo(api);
    const { reader } = await connectWith(
      { server: api.server },
      { env: { HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' } },
    );
    expect(await reader.look(look, signal)).toMatchObject({ ok: true });
    expect(proxy.asked).toEqual([]);
  });

  test('that wants a login', async () => {
    await using api = await serveApi([{ json }]);
    await using proxy = await proxyTo(api, 407);
    const { reader } = await connectWith({ server: far, cluster: { 'proxy-url': proxy.url } });
    expect(await reader.look(look, signal)).toMatchObject({
      ok: false,
      why: 'unreachable',
      detail: expect.stringContaining('answers 407'),
    });
  });

  test('that is not there is named, without its password', async () => {
    const url = `http://me:planted-password@127.0.0.1:${closedPort}`;
    const { reader } = await connectWith({ server: far, cluster: { 'proxy-url': url } });
    const answer = await reader.look(look, signal);
    expect(answer).toMatchObject({
      ok: false,
      why: 'unreachable',
      detail: expect.stringContaining('through the proxy 127.0.0.1:'),
    });
    expect(JSON.stringify(answer)).not.toContain('planted-password');
  });
});
