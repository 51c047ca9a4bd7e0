import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type JournalRecord, lineOf } from '../../src/core/journal.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { connect } from '../../src/edges/cluster/connect.ts';
import { press } from '../terminal/terminal.ts';
import { run } from './built-command.ts';
import { terminals } from './terminal-command.ts';

/** The history on a real terminal: a change in full, taken back, also over what somebody else wrote since. */
const used = terminals();
afterEach(used.leave);

const consent = ['--yes', '--confirm', 'orion-staging', '--confirm', 'practice'];
const look = {
  at: 'get',
  kind: kinds.PodDisruptionBudget,
  namespace: 'orion-staging',
  name: 'auth-service-pdb',
} as const;

test('a change in full; what somebody wrote since is shown beside it, and goes only by a typed word', {
  timeout: 180_000,
}, async () => {
  const home = used.home();
  const served = used.start(['practice', 'pdb-selector-mismatch', '--serve'], home, { env: { TMPDIR: home } });
  const [, config = ''] = /export KUBECONFIG=(\S+)/.exec(await served.shows(/export KUBECONFIG=\S+\.yaml/)) ?? [];
  const place = { HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state') };
  const env = { KUBECONFIG: config, ...place };
  const fixed = await run(['runbook', 'pdb-blocking', '-n', 'orion-staging', '--fix', ...consent], { env });
  expect(fixed.code, fixed.stderr).toBe(0);

  const { reader, writer, close } = await connect({ kubeconfig: config });
  const { signal } = new AbortController();
  const budget = async () => {
    const answer = await reader.look(look, signal);
    if (!answer.ok) throw new Error(answer.detail);
    return answer.value;
  };
  const selector = async () => (await budget())['spec'] as { readonly selector: { readonly matchLabels: unknown } };
  const { metadata } = await budget();
  const mended = (await selector()).selector.matchLabels;
  const theirs = { app: 'auth-service', tier: 'theirs' };
  const { uid = '', resourceVersion = '' } = metadata;
  const ref = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace: look.namespace, name: look.name };
  const edits = [{ pointer: '/spec/selector/matchLabels', from: mended, to: theirs }];
  const sent = await writer.send({ do: 'patch', ref, uid, resourceVersion, edits }, { dryRun: false }, signal);
  expect(sent).toMatchObject({ ok: true });

  // From home with two keys.
  const terminal = used.start([], home, { env: { KUBECONFIG: config }, columns: 120, rows: 30 });
  await terminal.shows('History', 20_000);
  terminal.type(`h${press.enter}`);
  expect(await terminal.shows('Can be taken back.')).toMatch(/› 1 +\S/);
  terminal.type(press.enter);
  const entry = await terminal.shows('runbook pdb-blocking');
  expect(entry).toContain('u take back');
  expect(entry).toMatch(/Verified +yes/);
  expect(entry).toMatch(/~ PodDisruptionBudget\/auth-service-pdb +patch: done/);

  terminal.type('u');
  const asks = await terminal.shows('Type orion-staging practice to do it', 30_000);
  for (const words of ['as this tool left it', 'as it stands now', 'as it was before', 'theirs'])
    expect(asks).toContain(words);
  terminal.type(press.escape);
  await terminal.shows('runbook pdb-blocking');
  expect((await selector()).selector.matchLabels).toEqual(theirs);

  terminal.type('u');
  await terminal.shows('Type orion-staging practice to do it', 30_000);
  terminal.type(`orion-staging practice${press.enter}`);
  await terminal.shows('Taken back.', 30_000);
  terminal.type(press.escape);
  expect(await terminal.shows('taken back by')).toContain('runbook pdb-blocking');
  const back = (await selector()).selector.matchLabels;
  expect([theirs, mended]).not.toContainEqual(back);
  close();
  terminal.type(press.escape);
  await terminal.shows('Take back: ');
  terminal.type('q');
  await terminal.shows('Practise an incident');
  terminal.type(press.ctrlC);
  expect(await terminal.ended).toBe(130);
  expect(terminal.isOnOtherScreen()).toBe(false);
});

test('where nothing was changed the history says so, on a small screen too', { timeout: 60_000 }, async () => {
  const terminal = used.start(['history'], used.home(), { columns: 40, rows: 12 });
  await terminal.shows('Nothing was changed by this tool', 20_000);
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
});

test('what another run is still at is shown as not done yet, and u does not take it back', {
  timeout: 60_000,
}, async () => {
  const home = used.home();
  const folder = join(home, 'state', 'orion-setup', 'journal');
  await mkdir(folder, { recursive: true });
  const at = new Date().toISOString();
  const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'orion-staging', name: 'auth-service' };
  const change = { do: 'delete', ref, uid: 's-1' } as const;
  const records: readonly JournalRecord[] = [
    {
      ...{ record: 'begun', id: 'abc234', at, salt: '00', by: { localUser: 'ops' }, namespace: 'orion-staging' },
      ...{ command: 'deploy', title: 'Deploy staging', process: { pid: process.pid, host: hostname() } },
      cluster: { context: 'my-cluster', server: 'https://192.0.2.1:6443', uid: 'u-1', caFingerprint: null },
    },
    { record: 'intent', n: 1, at, change, inverse: { can: change } },
    { record: 'sent', n: 1, at, ok: true },
  ];
  await writeFile(join(folder, 'abc234.jsonl'), records.map(lineOf).join(''));

  const terminal = used.start(['history'], home);
  expect(await terminal.shows('Not done yet.')).not.toContain('Can be taken back');
  terminal.type('u');
  expect(await terminal.shows(`process ${process.pid} is at it`)).not.toContain('u take back');
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
});
