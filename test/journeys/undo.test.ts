import { afterAll, afterEach, expect, test } from 'vitest';
import { press } from '../terminal/terminal.ts';
import { terminals } from './terminal-command.ts';

/** Taken back with somebody there to ask: each word of consent is typed, and anything else changes nothing. */
const used = terminals();
afterEach(used.leave);
afterAll(used.forget);

test('undo on a terminal asks for consent by line; a no leaves the change, the words take it back', {
  timeout: 120_000,
}, async () => {
  const home = used.home();
  const served = used.start(['practice', 'pdb-selector-mismatch', '--serve'], home, { env: { TMPDIR: home } });
  const [, config = ''] = /export KUBECONFIG=(\S+)/.exec(await served.shows(/export KUBECONFIG=\S+\.yaml/)) ?? [];
  const run = (...words: readonly string[]) => used.start(words, home, { env: { KUBECONFIG: config }, columns: 120 });

  const consent = ['--yes', '--confirm', 'orion-staging', '--confirm', 'practice'];
  const fixed = run('runbook', 'pdb-blocking', '-n', 'orion-staging', '--plain', '--fix', ...consent);
  expect(await fixed.ended, fixed.screen()).toBe(0);

  const refused = run('undo');
  await refused.shows('Type orion-staging to do it');
  refused.type(press.enter);
  expect(await refused.ended).toBe(7);
  expect(refused.screen()).toContain('Nothing was changed.');

  const undone = run('undo');
  await undone.shows('Type orion-staging to do it');
  undone.type(`orion-staging${press.enter}`);
  await undone.shows('Type practice to do it');
  undone.type(`practice${press.enter}`);
  expect(await undone.ended, undone.screen()).toBe(0);
  expect(undone.screen()).toContain('Taken back: ');
});
