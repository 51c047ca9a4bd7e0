import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bundled, removeBundles } from '../terminal/bundle.ts';
import { type Driven, type Launch, launch, press } from '../terminal/terminal.ts';

const scenario = (name: string): string =>
  fileURLToPath(new URL(`../../runbooks/cert-pending/scenarios/${name}.yaml`, import.meta.url));

let program: string;
beforeAll(async () => {
  program = await bundled('runbook');
});

afterAll(removeBundles);

let open: Driven | undefined;
afterEach(() => open?.kill());

function runbook(name: string, environment: 'staging' | 'production' | 'none' = 'staging', how: Launch = {}): Driven {
  open = launch(process.execPath, [program, scenario(name), environment, scenario('healthy')], how);
  return open;
}

const verdict = /Checked \d+ of \d+/;

describe('from symptom to mended, and back', () => {
  test('on staging Enter is enough for a low risk; u takes it back; q says what state things are in', async () => {
    const terminal = runbook('networkpolicy-blocks-solver');
    const cause = await terminal.shows(verdict);
    expect(cause).toContain('✗ A NetworkPolicy keeps the ingress from the solver pod');
    expect(cause).toContain('nothing changed yet');
    expect(terminal.isOnOtherScreen()).toBe(true);

    terminal.type(press.enter);
    const before = await terminal.shows('the server agrees');
    expect(before).toContain('adds NetworkPolicy orion-staging/allow-acme-http01-solver');
    terminal.type(press.enter);
    const after = await terminal.shows('Mended and proved.');
    expect(after).toMatch(/● create NetworkPolicy\/allow-acme-http01-solver/);
    expect(after).toMatch(/● Certificate ready/);

    terminal.type('u');
    await terminal.shows('Take the change back');
    terminal.type(press.enter);
    await terminal.shows('Taken back.');
    terminal.type('q');
    expect(await terminal.ended).toBe(0);
    expect(terminal.isOnOtherScreen()).toBe(false);
    expect(terminal.screen()).toContain('The change was taken back.');
  });

  test('in production no key press alone does it: the namespace is typed, and esc changes nothing', async () => {
    const terminal = runbook('networkpolicy-blocks-solver', 'production');
    await terminal.shows(verdict);
    expect(terminal.screen()).toContain('═══');
    expect(terminal.screen()).toContain('PRODUCTION');
    terminal.type(press.enter);
    await terminal.shows('This is production.');
    terminal.type(press.enter);
    await terminal.shows('Nothing is done before orion-staging is typed.');
    terminal.type(`orion-prod${press.enter}`);
    await terminal.shows('That is not orion-staging. Nothing was done.');
    terminal.type(press.escape);
    await terminal.shows('Nothing was changed.');
    terminal.type(press.enter);
    await terminal.shows('This is production.');
    terminal.type(`orion-staging${press.enter}`);
    await terminal.shows('Mended and proved.');
  });

  test('Enter pressed out of impatience while it looks agrees to nothing', async () => {
    const terminal = runbook('networkpolicy-blocks-solver');
    terminal.type(press.enter.repeat(10));
    const screen = await terminal.shows(verdict);
    expect(screen).toContain('nothing changed yet');
  });
});

describe('every outcome', () => {
  test.each([
    ['healthy', 'Healthy:'],
    ['thirty-seconds-old', 'Looks again by itself'],
    ['issuance-backoff', /Next try in \d\d:\d\d/],
    ['issuer-not-ready-unread', 'needs the right to'],
    ['unrecognised', 'Broken, and not in a way that this tool knows'],
    ['dns-no-record', 'Usually mended by the DNS team.'],
  ])('%s', async (name, says) => {
    const terminal = runbook(name);
    await terminal.shows(says);
    terminal.type('q');
    expect(await terminal.ended).toBe(0);
    expect(terminal.screen()).toContain('Nothing was changed.');
  });
});

describe('one key away', () => {
  test('evidence, ruled out, the message, by hand, help; esc comes back', async () => {
    const terminal = runbook('dns-no-record');
    await terminal.shows(verdict);
    for (const [key, says] of [
      ['e', 'NXDOMAIN'],
      ['r', 'Ruled out:'],
      ['m', 'To: the DNS team'],
      ['h', 'auth-staging.example.org.  A  203.0.113.9'],
      ['?', 'what it is not, and why'],
      ['s', 'Evidence kept in'],
    ] as const) {
      terminal.type(key);
      await terminal.shows(says);
      if (key === 's') break;
      terminal.type(press.escape);
      await terminal.shows(verdict);
    }
  });
});

describe('windows', () => {
  test('every size shows the cause and the keys, without a ghost of the size before', async () => {
    const terminal = runbook('networkpolicy-blocks-solver');
    await terminal.shows(verdict);
    for (const [columns, rows] of [
      [60, 15],
      [40, 20],
      [200, 50],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows);
      const width = Math.min(columns, 160);
      const isRule = (line: string): boolean => line.startsWith('──') && line.length === width;
      const screen = await terminal.until(
        (lines) => lines.length === rows && isRule(lines[1] ?? '') && isRule(lines.at(-2) ?? ''),
      );
      const lines = screen.split('\n');
      expect(lines[0]?.trimEnd()).toMatch(/05:00$/);
      expect(lines.at(-1)?.trimEnd()).toMatch(/look at the change .*\? help$/);
      expect(screen.match(/\? help/g)).toHaveLength(1);
      expect(screen).toContain('A NetworkPolicy keeps');
    }
  });

  test('what is below is said and reached', async () => {
    const terminal = runbook('networkpolicy-blocks-solver', 'staging', { columns: 60, rows: 15 });
    await terminal.shows('more below');
    terminal.type(press.pageDown.repeat(9));
    await terminal.shows(verdict);
    await terminal.shows('more above');
  });

  test('without UTF-8 the signs are ASCII, and NO_COLOR takes every colour away', async () => {
    const terminal = runbook('networkpolicy-blocks-solver', 'staging', { env: { LC_ALL: 'C', NO_COLOR: '1' } });
    const screen = await terminal.shows(verdict);
    expect(screen).toContain('[X] A NetworkPolicy');
    expect(terminal.written()).not.toMatch(/\u{1b}\[(3|4|9|10)\d(;|m)/u);
  });
});

test('Ctrl-C leaves at any point with the terminal in order', async () => {
  const terminal = runbook('networkpolicy-blocks-solver', 'production');
  await terminal.shows(verdict);
  terminal.type(press.enter);
  await terminal.shows('This is production.');
  terminal.type(press.ctrlC);
  expect(await terminal.ended).toBe(130);
  expect(terminal.isOnOtherScreen()).toBe(false);
  expect(terminal.screen()).toContain('Nothing was changed.');
  expect(terminal.written()).toContain('\u{1b}[?25h');
});
