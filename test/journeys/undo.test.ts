import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { at } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { historyReportSchema } from '../../src/core/report/history-report.ts';
import { undoReportSchema } from '../../src/core/report/undo-report.ts';
import { connect } from '../../src/edges/cluster/connect.ts';
import { press } from '../terminal/terminal.ts';
import { run } from './built-command.ts';
import { terminals } from './terminal-command.ts';

/** Taken back with somebody there to ask: each word of consent is typed, and anything else changes nothing. */
const used = terminals();
afterEach(used.leave);

test('undo on a terminal asks for consent, by line and on a screen; a no leaves the change, the words take it back', {
  timeout: 120_000,
}, async () => {
  const home = used.home();
  const served = used.start(['practice', 'pdb-selector-mismatch', '--serve'], home, { env: { TMPDIR: home } });
  const [, config = ''] = /export KUBECONFIG=(\S+)/.exec(await served.shows(/export KUBECONFIG=\S+\.yaml/)) ?? [];
  const start = (...words: readonly string[]) => used.start(words, home, { env: { KUBECONFIG: config }, columns: 120 });

  const consent = ['--yes', '--confirm', 'orion-staging', '--confirm', 'practice'];
  const fixed = start('runbook', 'pdb-blocking', '-n', 'orion-staging', '--plain', '--fix', ...consent);
  expect(await fixed.ended, fixed.screen()).toBe(0);

  const refused = start('undo', '--plain');
  await refused.shows('Type orion-staging to do it');
  refused.type(press.enter);
  expect(await refused.ended).toBe(7);
  expect(refused.screen()).toContain('Nothing was changed.');

  const left = start('undo');
  await left.shows('Type orion-staging practice to do it');
  left.type(press.escape);
  expect(await left.ended).toBe(7);
  expect(left.isOnOtherScreen()).toBe(false);
  expect(left.screen()).toContain('Nothing was changed.');

  const undone = start('undo');
  await undone.shows('Type orion-staging practice to do it');
  undone.type(`orion-staging practice${press.enter}`);
  await undone.shows('Taken back.');
  undone.type(press.escape);
  expect(await undone.ended, undone.screen()).toBe(0);
  expect(undone.screen()).toContain('Taken back: ');

  const again = start('undo', '--plain');
  expect(await again.ended).toBe(2);
});

test('what somebody changed since: without a terminal the three versions and a refusal, with one a word of its own', {
  timeout: 120_000,
}, async () => {
  const home = used.home();
  const served = used.start(['practice', 'pdb-selector-mismatch', '--serve'], home, { env: { TMPDIR: home } });
  const [, config = ''] = /export KUBECONFIG=(\S+)/.exec(await served.shows(/export KUBECONFIG=\S+\.yaml/)) ?? [];
  const env = {
    KUBECONFIG: config,
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
  };
  const start = (...words: readonly string[]) => used.start(words, home, { env: { KUBECONFIG: config }, columns: 120 });
  const consent = ['--yes', '--confirm', 'orion-staging', '--confirm', 'practice'];
  const fixed = await run(['runbook', 'pdb-blocking', '-n', 'orion-staging', '--fix', ...consent], { env });
  expect(fixed.code, fixed.stderr).toBe(0);

  const listed = await run(['history', '-o', 'json'], { env });
  const [entry] = historyReportSchema.parse(JSON.parse(listed.stdout)).items;
  expect(entry).toMatchObject({
    kubernetesUser: 'admin',
    verification: { ok: true },
    undo: { state: 'open' },
  });
  const one = await run(['history', entry?.id ?? ''], { env });
  expect(one.stdout).toMatch(/Kubernetes: admin\n/);
  expect(one.stdout).toContain('Verified:   yes');
  expect(one.stdout).toMatch(/\n {2}[-+] /);
  expect((await run(['history', 'nosuch'], { env })).code).toBe(2);

  const { reader, writer, close } = await connect({ kubeconfig: config });
  const { signal } = new AbortController();
  const ref = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    namespace: 'orion-staging',
    name: 'auth-service-pdb',
  };
  const look = { at: 'get', kind: kinds.PodDisruptionBudget, namespace: ref.namespace, name: ref.name } as const;
  const budget = async () => {
    const answer = await reader.look(look, signal);
    if (!answer.ok) throw new Error(answer.detail);
    return answer.value;
  };
  const selector = async () => at(await budget(), 'spec.selector.matchLabels');
  const { metadata } = await budget();
  const mended = await selector();
  const theirs = { app: 'auth-service', tier: 'theirs' };
  const edits = [{ pointer: '/spec/selector/matchLabels', from: mended, to: theirs }];
  const { uid = '', resourceVersion = '' } = metadata;
  expect(await writer.send({ do: 'patch', ref, uid, resourceVersion, edits }, { dryRun: false }, signal)).toMatchObject(
    { ok: true },
  );

  const refused = await run(['undo', ...consent], { env });
  expect(refused.code).toBe(6);
  for (const words of ['as this tool left it', 'as it stands now', 'as it was before', 'theirs'])
    expect(refused.stderr).toContain(words);
  const document = await run(['undo', '-o', 'json', ...consent], { env });
  expect(document.code).toBe(6);
  expect(undoReportSchema.parse(JSON.parse(document.stdout)).steps).toMatchObject([
    { way: 'changed-since', object: 'PodDisruptionBudget/auth-service-pdb', differences: [{ now: expect.anything() }] },
  ]);
  expect(await selector()).toEqual(theirs);

  const no = start('undo', '--plain');
  await no.shows('what somebody else wrote is lost');
  no.type(press.enter);
  expect(await no.ended).toBe(7);
  expect(await selector()).toEqual(theirs);

  const yes = start('undo', '--plain');
  await yes.shows('Type orion-staging to do it');
  yes.type(`orion-staging${press.enter}`);
  // Without a profile the namespace counts as production, and the context is asked for too.
  await yes.shows('Type practice to do it');
  yes.type(`practice${press.enter}`);
  expect(await yes.ended, yes.screen()).toBe(0);
  const back = await selector();
  expect(back).not.toEqual(theirs);
  expect(back).not.toEqual(mended);
  close();
  const after = await run(['history', entry?.id ?? '', '-o', 'json'], { env });
  expect(historyReportSchema.parse(JSON.parse(after.stdout)).items).toMatchObject([
    { state: 'undone', undo: { state: 'taken-back' } },
  ]);
});
