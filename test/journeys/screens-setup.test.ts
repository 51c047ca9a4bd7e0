import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bundled, removeBundles } from '../terminal/bundle.ts';
import { type Driven, launch, press } from '../terminal/terminal.ts';

let program: string;
beforeAll(async () => {
  program = await bundled('setup');
});

afterAll(removeBundles);

let open: Driven | undefined;
afterEach(() => open?.kill());

function setup(...world: readonly 'never-ready'[]): Driven {
  open = launch(process.execPath, [program, ...world]);
  return open;
}

const secrets = ['postgres://u:p@db.data.svc:5432/a', 'redis://:p@redis.data.svc:6379', ''];
/** One answer a line, up to the first change. */
const answers = [
  ...['', '', '', './k8s', 'ghcr.io/example/auth-service:1.4.2', ''],
  ...[...secrets, ...secrets.map((one) => one.replace('u:p', 'u:q'))],
];
const wizard = answers.map((one) => `${one}${press.enter}`).join('');

test('a whole wizard typed ahead comes through, and stops before what must be seen', async () => {
  const terminal = setup();
  terminal.type(wizard);
  const domain = await terminal.shows('Which domain do the hosts live under?');
  expect(domain).toContain('STAGING');
  terminal.type(`example-company.de${press.enter}${press.enter.repeat(5)}${press.enter.repeat(20)}`);
  const plan = await terminal.shows('Apply the ClusterIssuers');
  expect(plan).toContain('+  kind: Deployment');
  expect(plan).toContain('› 1  Yes');
  terminal.type(press.enter);
  await terminal.shows('Apply staging');
});

test('esc goes back one with what stood there; ctrl-o answers an earlier step again; ? says why', async () => {
  const terminal = setup();
  terminal.type(wizard);
  await terminal.shows('Which domain');
  terminal.type(`example-company.de${press.enter}`);
  await terminal.shows('does not lead to the ingress yet');
  terminal.type(press.escape);
  expect(await terminal.shows('Which domain')).toContain('example-company.de');
  terminal.type('?');
  await terminal.shows('Staging becomes auth-staging.DOMAIN');
  terminal.type(press.escape);
  await terminal.shows('Which domain');
  terminal.type('\u{f}');
  await terminal.shows('Which step do you want to answer again?');
  terminal.type(`image${press.enter}`);
  expect(await terminal.shows('Which image of the auth service?')).toContain('1.4.2');
});

test('what was wrong with an answer is said below it, and the cursor edits in the middle', async () => {
  const terminal = setup();
  terminal.type(wizard);
  await terminal.shows('Which domain');
  terminal.type(`exa mple${press.enter}`);
  expect(await terminal.shows('✗')).toContain('› exa mple');
  terminal.type('\u{15}xample-company.de\u{1}e');
  await terminal.shows(/› example-company\.de/);
});

test('a secret leaves no trace on the screen, typed or pasted', async () => {
  const terminal = setup();
  terminal.type(
    answers
      .slice(0, 6)
      .map((one) => `${one}${press.enter}`)
      .join(''),
  );
  await terminal.shows('The database URL of staging?');
  terminal.type('\u{1b}[200~postgres://u:hunter2hunter2@db.data.svc/a\u{1b}[201~');
  await terminal.shows('(typed, not shown)');
  terminal.type(press.enter);
  await terminal.shows('The Redis URL of staging?');
  expect(terminal.written()).not.toContain('hunter2');
});

test('in production the namespace is typed', async () => {
  const terminal = setup();
  terminal.type(wizard);
  await terminal.shows('Which domain');
  terminal.type(`example-company.de${press.enter}`);
  await terminal.shows('does not lead to the ingress yet');
  terminal.type(press.enter.repeat(5));
  for (const part of ['Apply the ClusterIssuers', 'Apply staging']) {
    await terminal.shows(part);
    terminal.type(press.enter);
  }
  const production = await terminal.shows('Type orion-prod to do it');
  expect(production).toContain('PRODUCTION');
  expect(production).toContain('════');
  terminal.type(press.enter);
  await terminal.shows('Type orion-prod to do it, or no.');
  terminal.type(`orion-prod${press.enter}`);
  await terminal.shows('Set up and verified: staging and production.');
  terminal.type(press.enter);
  expect(await terminal.ended).toBe(0);
});

test.each([
  ['while asked', 'Which cluster is staging on?', 0],
  ['while it waits', 'Waiting until it is ready', 130],
])('Ctrl-C %s leaves with everything kept', async (when, says, code) => {
  const terminal = setup('never-ready');
  if (when === 'while it waits') {
    terminal.type(wizard);
    await terminal.shows('Which domain');
    terminal.type(`example-company.de${press.enter}${press.enter.repeat(5)}`);
    await terminal.shows('Apply the ClusterIssuers');
    terminal.type(press.enter);
  }
  await terminal.shows(says);
  terminal.type(press.ctrlC);
  expect(await terminal.ended).toBe(code);
  expect(terminal.isOnOtherScreen()).toBe(false);
  expect(terminal.screen()).toMatch(/everything answered .*kept/i);
});

test('resized while a plan is shown, the question stays in reach', async () => {
  const terminal = setup();
  terminal.type(wizard);
  await terminal.shows('Which domain');
  terminal.type(`example-company.de${press.enter}${press.enter.repeat(5)}`);
  await terminal.shows('Apply the ClusterIssuers');
  for (const [columns, rows] of [
    [60, 15],
    [40, 20],
    [200, 50],
  ] as const) {
    terminal.resize(columns, rows);
    const width = Math.min(columns, 160);
    const isRule = (line: string | undefined): boolean => line?.startsWith('──') === true && line.length === width;
    const screen = await terminal.until((lines) => isRule(lines[1]) && isRule(lines[rows - 2]));
    expect(screen).toContain('Apply the ClusterIssuers');
    expect(screen).toContain('› 1  Yes');
    expect(screen).toContain('⏎ next');
  }
});
