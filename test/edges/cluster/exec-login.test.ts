import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

describe('a login command', () => {
  /** A plugin that writes one line to `runs` each time, and then does what `script` says. */
  const plugin = async (script: string, more: object = {}) => {
    const file = join(folder.path, 'plugin.cjs');
    await writeFile(
      file,
      `require('fs').appendFileSync(${JSON.stringify(join(folder.path, 'runs'))}, 'x');\n${script}`,
    );
    return {
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [file], ...more },
    };
  };
  const gives = (status: object) =>
    `console.log(JSON.stringify({kind:'ExecCredential',apiVersion:'client.authentication.k8s.io/v1',status:${JSON.stringify(status)}}))`;
  const runs = async () => (await readFile(join(folder.path, 'runs'), 'utf8')).length;

  test('gives the token, and is asked once', async () => {
    await using api = await serveApi([node]);
    const { reader } = await connectWith({ server: api.server, user: await plugin(gives({ token: 'from-plugin' })) });
    await Promise.all([reader.look(look, signal), reader.look(look, signal)]);
    expect(api.got.map(({ headers }) => headers.authorization)).toEqual(['Bearer from-plugin', 'Bearer from-plugin']);
    expect(await runs()).toBe(1);
  });

  test('gives a client certificate', async () => {
    const authority = await theAuthority();
    await using api = await serveApi([node], { requestCert: true, ca: authority.cert });
    const { cert, key } = authority.issue({ commonName: 'by-plugin', names: [], serial: '04' });
    const user = await plugin(gives({ clientCertificateData: cert, clientKeyData: key }));
    const { reader } = await connectWith({ server: api.server, user });
    expect(await reader.look(look, signal)).toMatchObject({ ok: true });
    expect(api.got[0]?.socket.getPeerCertificate().subject.CN).toBe('by-plugin');
  });

  test('is told what kubectl would tell it', async () => {
    await using api = await serveApi([node]);
    const script = `console.log(JSON.stringify({status:{token:Buffer.from(process.env.KUBERNETES_EXEC_INFO).toString('base64url')+'.'+process.env.EXTRA}}))`;
    const user = await plugin(script, { env: [{ name: 'EXTRA', value: 'given' }], provideClusterInfo: true });
    const { reader } = await connectWith({ server: api.server, user });
    await reader.look(look, signal);
    const [info = '', extra] = String(api.got[0]?.headers.authorization).slice('Bearer '.length).split('.');
    expect(JSON.parse(Buffer.from(info, 'base64url').toString())).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: api.server } },
    });
    expect(extra).toBe('given');
  });

  test('is asked again once its token is not accepted any more, and once only', async () => {
    const user = await plugin(
      `console.log(JSON.stringify({status:{token:'t'+require('fs').readFileSync(${JSON.stringify(join(folder.path, 'runs'))}).length}}))`,
    );
    await using api = await serveApi(({ headers }) => (headers.authorization === 'Bearer t2' ? node : { status: 401 }));
    const { reader } = await connectWith({ server: api.server, user });
    expect(await reader.look(look, signal)).toMatchObject({ ok: true });
    expect(await runs()).toBe(2);

    await using shut = await serveApi([{ status: 401 }]);
    const refused = await connectWith({ server: shut.server, user });
    expect(await refused.reader.look(look, signal)).toMatchObject({
      ok: false,
      why: 'unreachable',
      detail: expect.stringContaining(`The token came from "${process.execPath}"`),
    });
    expect(shut.got).toHaveLength(2);
  });

  test('a token that has run out is renewed before it is used, once for all that wait for it', async () => {
    await using api = await serveApi([node]);
    const { reader } = await connectWith({
      server: api.server,
      user: await plugin(gives({ token: 't', expirationTimestamp: '2020-01-01T00:00:00Z' })),
    });
    await Promise.all([reader.look(look, signal), reader.look(look, signal)]);
    expect(await runs()).toBe(2);
    expect(api.got).toHaveLength(2);
  });

  test('that is not installed is named, with the hint of the kubeconfig', async () => {
    const exec = { command: 'no-such-login-plugin', installHint: 'Get it from the platform team.' };
    await expect(connectWith({ server: 'https://localhost:1', user: { exec } })).rejects.toMatchObject({
      reason: 'no-connection',
      message: expect.stringContaining('"no-such-login-plugin": it is not installed'),
      next: ['Get it from the platform team.', expect.stringContaining('kubectl --context here')],
    });
  });

  test('that fails is quoted, without what it must not say', async () => {
    const user = await plugin(
      `console.error('Token expired: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl\\x1b[31m, run: cloud login'); process.exit(1)`,
    );
    await expect(connectWith({ server: 'https://localhost:1', user })).rejects.toMatchObject({
      reason: 'no-connection',
      message: expect.stringContaining('it failed: Token expired: «token», run: cloud login'),
    });
  });

  test.each([
    ['no JSON', `console.log('planted-token')`],
    ['no status', `console.log(JSON.stringify({token:'planted-token'}))`],
    ['an empty status', gives({})],
  ])('that prints %s', async (_what, script) => {
    const stop = await connectWith({ server: 'https://localhost:1', user: await plugin(script) }).catch(
      (error: Error) => error,
    );
    expect(stop).toMatchObject({
      reason: 'no-connection',
      message: expect.stringMatching(/printed no ExecCredential|neither a token nor/),
    });
    expect(JSON.stringify([String(stop), stop, (stop as Error).stack])).not.toContain('planted-token');
  });

  test('that does not end is ended, and is gone by the time that is said', async () => {
    const children: ChildProcess[] = [];
    const keep = (message: unknown) => void children.push((message as { process: ChildProcess }).process);
    subscribe('child_process', keep);
    const user = await plugin('setInterval(() => {}, 1000)');
    await expect(connectWith({ server: 'https://localhost:1', user }, { loginTimeoutMs: 300 })).rejects.toMatchObject({
      reason: 'no-connection',
      message: expect.stringContaining('did not end within 0.3 s'),
    });
    unsubscribe('child_process', keep);
    expect(children.map(({ spawnfile, signalCode }) => [spawnfile, signalCode])).toEqual([
      [process.execPath, 'SIGKILL'],
    ]);
    expect(() => process.kill(children[0]?.pid ?? 0, 0)).toThrow('ESRCH');
  });

  test('that must ask is not started where nobody can be asked', async () => {
    const user = await plugin(gives({ token: 't' }), { interactiveMode: 'Always' });
    await expect(connectWith({ server: 'https://localhost:1', user })).rejects.toMatchObject({
      message: expect.stringContaining('no terminal'),
    });
    await expect(runs()).rejects.toThrow('ENOENT');
  });

  test('whose second token cannot be had leaves the cluster out of reach, in words', async () => {
    const user = await plugin(
      `if (require('fs').readFileSync(${JSON.stringify(join(folder.path, 'runs'))}).length > 1) { console.error('session over'); process.exit(1) }\n${gives({ token: 't' })}`,
    );
    await using api = await serveApi([{ status: 401 }]);
    const { reader } = await connectWith({ server: api.server, user });
    expect(await reader.look(look, signal)).toMatchObject({
      ok: false,
      why: 'unreachable',
      detail: expect.stringContaining('session over'),
    });
  });
});
