import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { press } from '../terminal/terminal.ts';
import { deployedPractice } from './deployed-practice.ts';
import { clockLines, movedBy } from './moved-clock.ts';
import { terminals } from './terminal-command.ts';

/** That the machine's clock is off has its place on the screens: among what is worth a look, once, and nothing else is stirred by it. */
const used = terminals();
let home: string;
let place: Awaited<ReturnType<typeof deployedPractice>>;
beforeAll(async () => {
  home = used.home();
  place = await deployedPractice(home);
}, 120_000);
afterEach(used.leave);
afterAll(() => place?.close());

const start = (...words: readonly string[]) =>
  used.start([...words, ...place.args], home, {
    env: { ...place.env, NODE_OPTIONS: movedBy(-3 * 3_600_000 - 20_000) },
    rows: 40,
    columns: 120,
  });
/** The practice cluster is ten minutes ahead already. */
const off = 'The clock of this machine is 3 h 10 min behind';

test('set-up says it beside the next question, and comes to its good end', { timeout: 180_000 }, async () => {
  const terminal = start('setup', '--profile', 'another', '--env', 'staging');
  await terminal.shows('Which cluster is staging on?', 30_000);
  expect(terminal.screen()).not.toContain(off);
  terminal.type(press.enter);
  const next = await terminal.shows(off, 30_000);
  expect(clockLines(next)).toHaveLength(1);
  const answers = [
    './k8s',
    'ghcr.io/example/auth-service:1.4.2',
    '',
    '',
    '',
    '',
    'example.org',
    'orion-web',
    '',
    '',
    '',
  ];
  terminal.type(answers.map((one) => `${one}${press.enter}`).join(''));
  await terminal.shows('It should work here', 60_000);
  terminal.type(press.enter);
  await terminal.shows('Set up and verified: staging.', 60_000);
});

test('diff says it above what it shows, and keeps it when it is left', { timeout: 90_000 }, async () => {
  const terminal = start('diff', 'staging');
  const seen = await terminal.shows('staging is as the manifests say', 60_000);
  expect(clockLines(seen)).toEqual([expect.stringContaining(off)]);
  terminal.type('q');
  await terminal.ended;
  expect(terminal.isOnOtherScreen()).toBe(false);
  expect(clockLines(terminal.screen())).toHaveLength(1);
});

test('undo says it above what it asks, not only once it is done', { timeout: 90_000 }, async () => {
  const own = used.home();
  // What is practised plays on a day of its own, so that every machine is off there.
  const served = used.start(['practice', 'pdb-selector-mismatch', '--serve'], own, { env: { TMPDIR: own } });
  const [, config = ''] = /export KUBECONFIG=(\S+)/.exec(await served.shows(/export KUBECONFIG=\S+\.yaml/)) ?? [];
  const practised = (...words: readonly string[]) =>
    used.start(words, own, { env: { KUBECONFIG: config }, columns: 120, rows: 30 });
  const consent = ['--yes', '--confirm', 'orion-staging', '--confirm', 'practice'];
  const fixed = practised('runbook', 'pdb-blocking', '-n', 'orion-staging', '--plain', '--fix', ...consent);
  expect(await fixed.ended, fixed.screen()).toBe(0);

  const terminal = practised('history');
  await terminal.shows('Can be taken back.');
  terminal.type(press.enter);
  await terminal.shows('u take back');
  terminal.type('u');
  expect(clockLines(await terminal.shows('Type orion-staging practice to do it'))).toHaveLength(1);
});
