import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { connectWith, serveApi, theAuthority } from './local-api.ts';

const look = { at: 'get', kind: kinds.Node, name: 'n' } as const;
const node = { json: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } } };
const signal = AbortSignal.timeout(120_000);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

test('a token, and the user agent', async () => {
  await using api = await serveApi([node]);
  const { reader } = await connectWith({ server: api.server, user: { token: 'bearer-1' } });
  expect(await reader.look(look, signal)).toMatchObject({ ok: true });
  expect(api.got[0]?.headers).toMatchObject({ authorization: 'Bearer bearer-1', 'user-agent': 'orion-setup' });
});

test('a token file, with the newline that it ends with', async () => {
  await using api = await serveApi([node]);
  await writeFile(join(folder.path, 'token'), 'bearer-2\n');
  const { reader } = await connectWith({ server: api.server, user: { tokenFile: join(folder.path, 'token') } });
  expect(await reader.look(look, signal)).toMatchObject({ ok: true });
  expect(api.got[0]?.headers.authorization).toBe('Bearer bearer-2');
});

test('a client certificate', async () => {
  const authority = await theAuthority();
  await using api = await serveApi([node], { requestCert: true, ca: authority.cert });
  const { cert, key } = authority.issue({ commonName: 'jane', names: [], serial: '03' });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
  const { reader } = await connectWith({ server: api.server, user });
  expect(await reader.look(look, signal)).toMatchObject({ ok: true });
  expect(api.got[0]?.socket.getPeerCertificate().subject.CN).toBe('jane');
});

test('a client certificate that has expired is named as the reason', async () => {
  await using api = await serveApi([{ status: 401 }]);
  const { cert, key } = (await theAuthority()).issue({
    commonName: 'jane',
    names: [],
    serial: '06',
    notAfter: new Date('2026-02-01T00:00:00Z'),
  });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
  const { reader } = await connectWith({ server: api.server, user });
  const detail = expect.stringContaining('The client certificate of the user "me" expired on 2026-02-01');
  expect(await reader.look(look, signal)).toMatchObject({ ok: false, why: 'unreachable', detail });
});

test.each([
  ['expired by the clock of the API server, not yet by this machine', '2031-06-01', true],
  ['expired by the clock of this machine alone', '2026-01-01', false],
])('a client certificate that has %s', async (_, theirs, isReason) => {
  const date = new Date(theirs).toUTCString();
  await using api = await serveApi([{ status: 401, headers: { date } }]);
  const { cert, key } = (await theAuthority()).issue({
    commonName: 'jane',
    names: [],
    serial: '07',
    notAfter: new Date(isReason ? '2031-05-01T00:00:00Z' : '2026-02-01T00:00:00Z'),
  });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
  const { reader } = await connectWith({ server: api.server, user });
  const answer = await reader.look(look, signal);
  expect(answer).toMatchObject({ ok: false, why: 'unreachable' });
  expect(JSON.stringify(answer).includes('expired on'), JSON.stringify(answer)).toBe(isReason);
});

test('user and password', async () => {
  await using api = await serveApi([node]);
  const { reader } = await connectWith({ server: api.server, user: { username: 'jane', password: 'secret' } });
  await reader.look(look, signal);
  expect(api.got[0]?.headers.authorization).toBe(`Basic ${btoa('jane:secret')}`);
});

test.each([
  ['a user without credentials', {}],
  ['no user', null],
])('%s, and still the authority of the kubeconfig', async (_who, user) => {
  await using api = await serveApi([node]);
  const { reader } = await connectWith({ server: api.server, user });
  expect(await reader.look(look, signal)).toMatchObject({ ok: true });
  expect(api.got[0]?.headers).not.toHaveProperty('authorization');
});

test('impersonation goes along with every request', async () => {
  await using api = await serveApi([node]);
  const { reader } = await connectWith(
    { server: api.server, user: { token: 't', 'as-groups': ['a', 'b'] } },
    { as: 'joe' },
  );
  await reader.look(look, signal);
  expect(api.got[0]?.headers).toMatchObject({
    'impersonate-user': 'joe',
    'impersonate-group': 'a, b',
    authorization: 'Bearer t',
  });
});

test('a certificate file that is gone', async () => {
  await expect(
    connectWith({ server: 'https://localhost:1', user: { 'client-certificate': join(folder.path, 'gone.pem') } }),
  ).rejects.toMatchObject({ reason: 'no-connection', message: expect.stringContaining('gone.pem does not exist') });
});
