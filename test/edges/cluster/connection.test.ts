import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { serveTcp } from '../probes/local-server.ts';
import { connectWith, serveApi } from './local-api.ts';

const look = { at: 'get', kind: kinds.Node, name: 'n' } as const;
const json = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } };
const signal = AbortSignal.timeout(120_000);
const deletion = { do: 'delete', ref: { apiVersion: 'v1', kind: 'Node', name: 'n' }, uid: 'u' } as const;

describe('connections are kept', () => {
  test('requests one after the other share one', async () => {
    await using api = await serveApi([{ json }]);
    const { reader } = await connectWith({ server: api.server });
    for (let i = 0; i < 5; i++) await reader.look(look, signal);
    expect(api.connections()).toBe(1);
    expect(reader.requests()).toBe(5);
  });

  test('many at once share eight', async () => {
    await using api = await serveApi([{ json }]);
    const { reader } = await connectWith({ server: api.server });
    await Promise.all(Array.from({ length: 30 }, () => reader.look(look, signal)));
    expect(api.got).toHaveLength(30);
    expect(api.connections()).toBe(8);
  });

  test('a later one resumes the TLS session', async () => {
    await using api = await serveApi([{ json, headers: { connection: 'close' } }]);
    const { reader } = await connectWith({ server: api.server });
    await reader.look(look, signal);
    await reader.look(look, signal);
    expect(api.got.map(({ resumed }) => resumed)).toEqual([false, true]);
  });
});

describe('a second try', () => {
  test('where a kept connection broke under a read', async () => {
    await using api = await serveApi([{ json }, 'hang up', { json }]);
    const { reader } = await connectWith({ server: api.server });
    await reader.look(look, signal);
    expect(await reader.look(look, signal)).toMatchObject({ ok: true });
    expect(reader.requests()).toBe(3);
  });

  test('once, not for ever', async () => {
    await using api = await serveApi([{ json }, 'hang up']);
    const { reader } = await connectWith({ server: api.server });
    await reader.look(look, signal);
    expect(await reader.look(look, signal)).toMatchObject({
      ok: false,
      why: 'unreachable',
      detail: expect.stringContaining('broke the connection off'),
    });
    expect(reader.requests()).toBe(3);
  });

  test('never for a change, of which it then is not known whether it was made', async () => {
    await using api = await serveApi([{ json }, 'hang up']);
    const { reader, writer } = await connectWith({ server: api.server });
    await reader.look(look, signal);
    expect(await writer.send(deletion, { dryRun: false }, signal)).toMatchObject({
      ok: false,
      why: 'unreachable',
      detail: expect.stringContaining('Whether the change was made is not known.'),
    });
    expect(api.got).toHaveLength(2);
  });

  test('but for its dry run', async () => {
    await using api = await serveApi([{ json }, 'hang up', { json }]);
    const { reader, writer } = await connectWith({ server: api.server });
    await reader.look(look, signal);
    expect(await writer.send(deletion, { dryRun: true }, signal)).toMatchObject({ ok: true });
  });

  test('after a fault of the server, for a read', async () => {
    await using api = await serveApi([{ status: 500, text: 'etcdserver: leader changed' }, { json }]);
    const { reader } = await connectWith({ server: api.server });
    expect(await reader.look(look, signal)).toMatchObject({ ok: true });
  });

  test('not for a change', async () => {
    await using api = await serveApi([{ status: 500, text: 'etcdserver: leader changed' }, { json }]);
    const { writer } = await connectWith({ server: api.server });
    expect(await writer.send(deletion, { dryRun: false }, signal)).toMatchObject({
      ok: false,
      why: 'denied',
      detail: expect.stringContaining('leader changed'),
    });
    expect(api.got).toHaveLength(1);
  });
});

describe('a busy server', () => {
  const busy = (seconds: string) => ({
    status: 429,
    headers: { 'retry-after': seconds },
    text: 'Too many requests, please try again later.',
  });
  /** Waits no time, and tells how long it would have. */
  const waits = () => {
    const asked: number[] = [];
    return { asked, sleep: async (milliseconds: number) => void asked.push(milliseconds) };
  };

  test('is asked again after the time it names', async () => {
    await using api = await serveApi([busy('2'), busy('3'), { json }]);
    const { asked, sleep } = waits();
    const { reader } = await connectWith({ server: api.server }, { sleep });
    expect(await reader.look(look, signal)).toMatchObject({ ok: true });
    expect(asked).toEqual([2000, 3000]);
    expect(reader.requests()).toBe(3);
  });

  test('a moment that it names is one of its own clock', async () => {
    const date = new Date('2031-06-01T12:00:00Z').toUTCString();
    const { text, headers } = busy(new Date('2031-06-01T12:00:08Z').toUTCString());
    await using api = await serveApi([{ status: 429, text, headers: { ...headers, date } }, { json }]);
    const { asked, sleep } = waits();
    const { reader } = await connectWith({ server: api.server }, { sleep });
    expect(await reader.look(look, signal)).toMatchObject({ ok: true });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toBeGreaterThan(7000);
    expect(asked[0]).toBeLessThanOrEqual(10_000);
  });

  test('so is it for a change: a request turned away was not looked at', async () => {
    await using api = await serveApi([busy('1'), { json }]);
    const { asked, sleep } = waits();
    const { writer } = await connectWith({ server: api.server }, { sleep });
    expect(await writer.send(deletion, { dryRun: false }, signal)).toMatchObject({ ok: true });
    expect(asked).toEqual([1000]);
  });

  test('is not asked for ever', async () => {
    await using api = await serveApi([busy('1')]);
    const { asked, sleep } = waits();
    const { reader, writer } = await connectWith({ server: api.server }, { sleep });
    expect(await reader.look(look, signal)).toMatchObject({
      ok: false,
      why: 'timed-out',
      detail: expect.stringContaining('too busy'),
    });
    expect(asked).toHaveLength(4);
    expect(await writer.send(deletion, { dryRun: false }, signal)).toMatchObject({
      ok: false,
      why: 'too-many-requests',
    });
  });

  test('is not waited for beyond the time limit', async () => {
    await using api = await serveApi([busy('60')]);
    const { asked, sleep } = waits();
    const { reader } = await connectWith({ server: api.server }, { sleep });
    expect(await reader.look(look, signal)).toMatchObject({ ok: false, why: 'timed-out' });
    expect(asked).toEqual([]);
  });
});

describe('limits', () => {
  test('a server that does not answer', async () => {
    await using api = await serveApi(['silence']);
    const { reader, writer } = await connectWith({ server: api.server }, { requestTimeoutMs: 3000 });
    const [read, change, dry] = await Promise.all([
      reader.look(look, signal),
      writer.send(deletion, { dryRun: false }, signal),
      writer.send(deletion, { dryRun: true }, signal),
    ]);
    const detail = expect.stringContaining('does not answer within 3 s');
    expect([read, change, dry]).toMatchObject(Array(3).fill({ ok: false, why: 'timed-out', detail }));
    expect(change).toMatchObject({ detail: expect.stringContaining('Whether the change was made is not known') });
    expect(dry).toMatchObject({ detail: expect.not.stringContaining('is not known') });
  });

  test('a server that does not take the connection', async () => {
    await using tarpit = await serveTcp(() => undefined);
    const { reader } = await connectWith({ server: `https://localhost:${tarpit.port}` }, { requestTimeoutMs: 200 });
    expect(await reader.look(look, signal)).toMatchObject({
      ok: false,
      why: 'timed-out',
      detail: expect.stringContaining('does not take the connection'),
    });
  });

  test('an abort ends it at once, with its reason', async () => {
    const stop = new AbortController();
    const reason = new Error('the operator left');
    await using api = await serveApi(() => {
      stop.abort(reason);
      return 'silence';
    });
    const { reader } = await connectWith({ server: api.server });
    await expect(reader.look(look, stop.signal)).rejects.toBe(reason);
    await expect(reader.look(look, stop.signal)).rejects.toBe(reason);
    expect(api.got).toHaveLength(1);
  });
});

test('a server below a path, as Rancher has it', async () => {
  await using api = await serveApi([{ json }]);
  const { reader } = await connectWith({ server: `${api.server}/k8s/clusters/c-1/` });
  await reader.look(look, signal);
  expect(api.got[0]?.path).toBe('/k8s/clusters/c-1/api/v1/nodes/n');
});

test('a compressed answer', async () => {
  await using api = await serveApi([{ text: gzipSync(JSON.stringify(json)), headers: { 'content-encoding': 'gzip' } }]);
  const { reader } = await connectWith({ server: api.server });
  expect(await reader.look(look, signal)).toMatchObject({ ok: true, value: json });
  expect(api.got[0]?.headers['accept-encoding']).toBe('gzip');
});
