import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { parseScenario } from '../../src/core/scenario.ts';
import { connect } from '../../src/edges/cluster/connect.ts';
import { practiceClock } from '../../src/practice/clock.ts';
import { type Practice, startPractice } from '../../src/practice/practice.ts';
import { couldChange } from '../../src/practice/server.ts';

let dir: string;
let practice: Practice;
const signal = new AbortController().signal;
const scenario = parseScenario(
  `{apiVersion: orion-setup/v1, kind: Scenario, name: small, runbook: cert-pending, title: small, source: written, now: '2026-11-23T05:00:00Z',
    target: {kind: Certificate, namespace: orion-staging, name: auth-tls-cert},
    refused: [{look: list v1 Secret, why: forbidden}],
    world: {dns: {a.example.org: {a: [203.0.113.9]}}, ports: {'203.0.113.9:80': ingress}},
    objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: orion-staging, creationTimestamp: -3d}, data: {a: '1'}}]}`,
  'small.yaml',
);
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'practice-'));
  practice = await startPractice({ scenario, speed: 0, dir });
});
afterAll(async () => {
  await practice.close();
  await rm(dir, { recursive: true });
});

test('its kubeconfig is for its user alone, and names the namespace of the story', async () => {
  expect((await stat(practice.kubeconfig)).mode & 0o777).toBe(0o600);
  const connection = await connect({ kubeconfig: practice.kubeconfig, env: {} });
  const identity = await connection.reader.identity(signal);
  expect(identity).toMatchObject({
    context: practice.contextName,
    namespace: 'orion-staging',
    uid: expect.any(String),
  });
  connection.close();
});

test('reads leave no trace but in the list of requests, dry runs neither', async () => {
  const connection = await connect({ kubeconfig: practice.kubeconfig, env: {} });
  const look = { at: 'get', kind: kinds.ConfigMap, namespace: 'orion-staging', name: 'c' } as const;
  const seen = await connection.reader.look(look, signal);
  expect(seen).toMatchObject({ ok: true, value: { metadata: { creationTimestamp: '2026-11-20T05:00:00Z' } } });
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new', namespace: 'orion-staging' } };
  expect(await connection.writer.send({ do: 'create', object }, { dryRun: true }, signal)).toMatchObject({ ok: true });
  expect(practice.requests().filter(couldChange)).toEqual([]);
  expect(practice.requests().map(({ verb, user }) => `${user} ${verb}`)).toContain('admin create');
  expect(await connection.writer.send({ do: 'create', object }, { dryRun: false }, signal)).toMatchObject({ ok: true });
  expect(practice.requests().filter(couldChange)).toMatchObject([{ verb: 'create', code: 201 }]);
  connection.close();
});

test('what the story refuses is refused to everybody', async () => {
  const connection = await connect({ kubeconfig: practice.kubeconfig, env: {} });
  const answer = await connection.reader.look({ at: 'list', kind: kinds.Secret, namespace: 'orion-staging' }, signal);
  expect(answer).toMatchObject({ ok: false, why: 'forbidden', needs: 'list secrets in orion-staging' });
  connection.close();
});

test('a user of few rights', async () => {
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'], namespace: 'orion-staging' }];
  const connection = await connect({ kubeconfig: await practice.userWith(rules, 'viewer'), env: {} });
  expect(
    await connection.reader.look({ at: 'list', kind: kinds.Pod, namespace: 'orion-staging' }, signal),
  ).toMatchObject({ ok: true });
  expect(await connection.reader.look({ at: 'list', kind: kinds.Pod }, signal)).toMatchObject({
    ok: false,
    why: 'forbidden',
  });
  connection.close();
});

test('the world is seen by probes, and changes', async () => {
  const look = { at: 'dns', name: 'b.example.org' } as const;
  expect(await practice.probes(look, signal)).toMatchObject({ value: { rcode: 'NXDOMAIN' } });
  practice.mergeWorld({ dns: { 'b.example.org': { a: ['203.0.113.9'] } } });
  expect(await practice.probes(look, signal)).toMatchObject({ value: { a: ['203.0.113.9'] } });
  expect(await practice.probes({ at: 'tcp', address: '203.0.113.9', port: 80 }, signal)).toMatchObject({
    value: 'open',
  });
});

test('objects are changed by hand: patched, made and deleted', async () => {
  const connection = await connect({ kubeconfig: practice.kubeconfig, env: {} });
  const read = async (name: string) =>
    connection.reader.look({ at: 'get', kind: kinds.ConfigMap, namespace: 'orion-staging', name }, signal);
  practice.patchObject('ConfigMap/c', { metadata: { labels: { a: 'b' } } });
  practice.patchObject('ConfigMap/orion-staging/made', { metadata: { labels: { made: 'yes' } } });
  expect(await read('c')).toMatchObject({ value: { metadata: { labels: { a: 'b' } } } });
  expect(await read('made')).toMatchObject({ ok: true });
  practice.patchObject('ConfigMap/made', null);
  expect(await read('made')).toMatchObject({ why: 'not-found' });
  expect(() => practice.patchObject('Widget/x', {})).toThrow('"Widget/x" names no object');
  connection.close();
});

test('time passes by hand, for the clock and for what it wakes', async () => {
  const before = practice.clock.now().getTime();
  const slept = practice.clock.sleep(60_000, signal);
  practice.advance('1h30m');
  await slept;
  expect(practice.clock.now().getTime() - before).toBe(5_400_000);
  expect(() => practice.advance('soon')).toThrow('"soon" is no duration');
});

test('a sleep ends with its signal', async () => {
  const clock = practiceClock(new Date(0), 0);
  await expect(clock.sleep(1000, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  const controller = new AbortController();
  const slept = clock.sleep(1000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(slept).rejects.toThrow('enough');
});

test('a faster clock sleeps shorter', async () => {
  const clock = practiceClock(new Date(0), 100_000);
  await clock.sleep(60_000, signal);
  expect(clock.now().getTime()).toBeGreaterThanOrEqual(60_000);
});

test('the kubeconfig holds no more than it needs', async () => {
  expect(Object.keys((await import('yaml')).parse(await readFile(practice.kubeconfig, 'utf8')))).toEqual([
    'apiVersion',
    'kind',
    'current-context',
    'clusters',
    'contexts',
    'users',
  ]);
});
