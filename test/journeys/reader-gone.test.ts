import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from './built-command.ts';
import { cordonedOn } from './cordoned.ts';
import { terminals } from './terminal-command.ts';
import { verifiedPractice } from './verified-practice.ts';

/** Whoever reads goes away, as head does, or cannot take any more: nothing is left as it must not stay, and the exit code is true. */
const used = terminals();
let place: Awaited<ReturnType<typeof verifiedPractice>>;
beforeAll(async () => {
  place = await verifiedPractice();
});
afterAll(() => place?.close());

function start(args: readonly string[], home: string, stdout: number | 'pipe' = 'pipe') {
  const { CI: _ci, ...env } = process.env;
  const own = { HOME: home, TMPDIR: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state') };
  const child = spawn(process.execPath, [join(root, 'bin', 'orion-setup.cjs'), ...args], {
    env: { ...env, ...place.env, ...own },
    stdio: ['ignore', stdout, 'pipe'],
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return { stdout: child.stdout, stderr: child.stderr, ended };
}

test.each([[['history']], [['help']]])('%j, of which nobody reads a line: 0, and not a word', async (args) => {
  const { stdout, stderr, ended } = start(args, used.home());
  stdout?.destroy();
  const said = stderr && text(stderr);
  expect(await ended).toBe(0);
  expect(await said).toBe('');
});

test('a tour that nobody reads stops and leaves nothing behind: 130', async () => {
  const home = used.home();
  const { stdout, ended } = start(['practice', '--auto'], home);
  stdout?.destroy();
  expect(await ended).toBe(130);
  expect(readdirSync(home).join()).not.toContain('orion-setup-practice-');
});

test('a drain of which nobody hears any more: the node takes pods again, 130', { timeout: 120_000 }, async () => {
  const consent = ['--yes', '--confirm', 'orion-staging', '--confirm', place.practice.contextName];
  const args = ['test', 'pdb', 'staging', '--real', ...consent, ...place.args];
  const { stdout, stderr, ended } = start(args, used.home());
  let said = '';
  stderr?.on('data', (chunk: Buffer) => {
    said += chunk;
    if (!said.includes('takes no new pods')) return;
    stdout?.destroy();
    stderr.destroy();
  });
  expect(await ended, said).toBe(130);
  expect(said).toContain('takes no new pods');
  expect(await cordonedOn(place.practice)).toBe(0);
});

test('what a full disk does not take is not said to have been said: 1', async () => {
  const full = openSync('/dev/full', 'w');
  const { stderr, ended } = start(['help'], used.home(), full);
  closeSync(full);
  const said = stderr && text(stderr);
  expect(await ended).toBe(1);
  expect(await said).toContain('ENOSPC');
});

test('a tour on a full disk leaves nothing behind: 1', async () => {
  const home = used.home();
  const full = openSync('/dev/full', 'w');
  const { stderr, ended } = start(['practice', '--auto'], home, full);
  closeSync(full);
  const said = stderr && text(stderr);
  expect(await ended).toBe(1);
  expect(await said).toContain('ENOSPC');
  expect(readdirSync(home).join()).not.toContain('orion-setup-practice-');
});
