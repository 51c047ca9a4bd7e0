import { readdirSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { type Driven, press } from '../terminal/terminal.ts';
import { terminals } from './terminal-command.ts';

/** The tour and a guided story, by keys, with the built command in a real terminal. */
const used = terminals();
afterEach(used.leave);

const gone = 'The practice cluster is gone; nothing of yours was touched.';
const enters = (count: number): string => press.enter.repeat(count);

async function wizard(home = used.home()): Promise<Driven> {
  const terminal = used.start(['practice'], home, { env: { TMPDIR: home } });
  await terminal.shows('The tour, in two parts');
  terminal.type(press.enter);
  await terminal.shows('Which cluster is staging on?');
  return terminal;
}

/** Every question up to the first change, each with its suggestion. */
const toFirstChange = enters(13);

test('the tour by keys: every question suggested, the plans seen, verified; then a stuck certificate mended and taken back', {
  timeout: 180_000,
}, async () => {
  const terminal = await wizard();
  terminal.type(toFirstChange);
  const plan = await terminal.shows('Apply the ClusterIssuers');
  expect(plan).toContain('PRACTICE');
  expect(plan).toContain('kind: ClusterIssuer');
  // Whatever was typed ahead has not agreed to it.
  expect(plan).toContain('› 1  Yes');
  terminal.type(press.enter);
  await terminal.shows('It should work here');
  terminal.type(press.enter);
  await terminal.shows('Apply staging');
  terminal.type(press.enter);
  // What for is said too: screens-waiting shows it where time stands still, and the tour that plays itself where it only passes by waiting.
  await terminal.shows('◐ Waiting until it is ready');
  const verified = await terminal.shows('Set up and verified: staging.');
  expect(verified).toContain('● HTTPS answers');
  expect(verified).toContain('⏎ go on');
  terminal.type(press.enter);

  await terminal.shows('five to three');
  terminal.type(press.enter);
  const cause = await terminal.shows('A NetworkPolicy keeps the ingress from the solver pod');
  expect(cause).toContain('Users see a warning');
  expect(cause).toContain('nothing changed yet');
  terminal.type(press.enter);
  const before = await terminal.shows('the server agrees');
  expect(before).toContain('⏎ do it');
  terminal.type(press.enter);
  const after = await terminal.shows('Mended and proved.', 30_000);
  expect(after).toContain('u take back');
  expect(after).toContain('m report');
  terminal.type('m');
  const report = await terminal.shows('# Certificate stuck: auth-tls-cert in orion-staging');
  expect(report).toContain('- Impact now: users see');
  expect(report).toContain('s save as a file');
  terminal.type(press.escape);
  await terminal.shows('Mended and proved.');
  terminal.type('u');
  await terminal.shows('Take the change back');
  terminal.type(press.enter);
  await terminal.shows('Taken back.');
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  expect(terminal.isOnOtherScreen()).toBe(false);
  const said = terminal.screen();
  expect(said).toContain('healthy. The change was taken back.');
  expect(said).toContain(`That was the tour. ${gone}`);
});

test('esc goes back, an answer is another one, and what it leads to is said before anything is applied', async () => {
  const terminal = await wizard();
  terminal.type(enters(8));
  await terminal.shows('Which domain do the hosts live under?');
  terminal.type(`orion.dev${press.enter}`);
  await terminal.shows('auth-staging.orion.dev does not lead to the ingress yet.');
  terminal.type(`3${press.enter}`);
  expect(await terminal.shows('Which domain do the hosts live under?')).toContain('› ▌orion.dev');
  terminal.type(`example.org${press.enter}`);
  await terminal.shows('Which namespaces call the service');
  terminal.type(`web${press.enter}`);
  await terminal.shows('Which web origins');
  terminal.type(press.escape);
  expect(await terminal.shows('Which namespaces call the service')).toContain('› ▌web');
  terminal.type(`none${press.enter}`);
  await terminal.shows('Which web origins');
  terminal.type(enters(3));
  await terminal.shows('Apply the ClusterIssuers');
});

test.each([
  [60, 15],
  [40, 20],
])('resized to %i×%i in the wizard, the question and its keys stay in reach', async (columns, rows) => {
  const terminal = await wizard();
  const width = columns;
  const isRule = (line: string | undefined): boolean => line?.startsWith('──') === true && line.length === width;
  const isDrawn = (lines: readonly string[]): boolean => isRule(lines[1]) && isRule(lines[rows - 2]);
  terminal.resize(columns, rows);
  const first = await terminal.until(isDrawn);
  expect(first).toContain('Which cluster is staging on?');
  expect(first).toContain('› 1  practice');
  expect(first).toContain('⏎ next');
  expect(first).toContain('? why');
  terminal.type(enters(5));
  const secret = await terminal.shows('The database URL of staging?');
  expect(secret).toContain('Enter generates one');
  expect(secret).toContain('⏎ next');
  terminal.type(enters(8));
  const plan = await terminal.shows('Apply the ClusterIssuers');
  expect(plan).toContain('› 1  Yes');
  expect(plan).toContain('⏎ next');
  // How much does not fit is known once the plan has been measured, a moment after it is drawn.
  await terminal.shows(/↓ \d+ more below/);
  terminal.type(press.pageDown);
  await terminal.shows(/↑ \d+ more above/);
});

test.each([
  ['at a question', 3, 'Which image of the auth service?'],
  ['at a plan', 13, 'Apply the ClusterIssuers'],
])('Ctrl-C %s says that the practice cluster is gone, and leaves nothing behind', async (_, answers, shows) => {
  const home = used.home();
  const terminal = await wizard(home);
  expect(readdirSync(home).join()).toContain('orion-setup-practice-');
  terminal.type(enters(answers));
  await terminal.shows(shows);
  terminal.type(press.ctrlC);
  expect(await terminal.ended).toBe(130);
  expect(terminal.isOnOtherScreen()).toBe(false);
  const said = terminal.screen();
  expect(said).toContain(`Left the tour in set-up. ${gone}`);
  expect(said).toContain('orion-setup practice');
  expect(said).not.toContain('orion-setup setup');
  expect(readdirSync(home).join()).not.toContain('orion-setup-practice-');
});

/** The line to type into stands once the hint above it is followed by a prompt. */
const isAsked = (lines: readonly string[]): boolean => /^[?>›] /.test(lines.findLast((line) => line !== '') ?? '');

test.each([
  ['at the first page', [], 'The tour, in two parts', () => true],
  ['at a question asked by line', ['--plain'], 'Which cluster', isAsked],
])('a terminal that closes %s leaves nothing behind: 130', async (_, options, shows, stands) => {
  const home = used.home();
  const terminal = used.start(['practice', ...options], home, { env: { TMPDIR: home } });
  await terminal.shows(shows);
  await terminal.until(stands);
  expect(readdirSync(home).join()).toContain('orion-setup-practice-');
  terminal.hangUp();
  expect(await terminal.ended).toBe(130);
  expect(readdirSync(home).join()).not.toContain('orion-setup-practice-');
});

test('a guided story: what the DNS team does is shown, happens when it is let, and the story comes to its end', async () => {
  const terminal = used.start(['practice', 'dns-no-record'], used.home());
  expect(await terminal.shows('look what is wrong')).toContain('lets it happen');
  terminal.type(press.enter);
  const cause = await terminal.shows('Usually mended by the DNS team');
  expect(cause).toContain('o let others do it');
  terminal.type('o');
  const offered = await terminal.shows('The DNS team sets the record');
  expect(offered).toContain('auth-staging.example.org A 203.0.113.9');
  terminal.type(press.escape);
  await terminal.shows('Usually mended by the DNS team');
  terminal.type(`o`);
  await terminal.shows('⏎ let it happen');
  terminal.type(press.enter);
  await terminal.shows('o let others do it');
  terminal.type('o');
  await terminal.shows('Time passes: 1m.');
  terminal.type(press.enter);
  await terminal.shows('Nothing is wrong here', 30_000);
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  expect(terminal.screen()).toContain(`The story is at its good end. ${gone}`);
});

test('a guided story of two causes: others do theirs, then the move is yours, and is said to be', async () => {
  const terminal = used.start(['practice', 'dns-missing-then-policy'], used.home());
  await terminal.shows('look what is wrong');
  terminal.type(press.enter);
  const next = async (): Promise<string> => {
    await terminal.shows('o let others do it');
    terminal.type('o');
    return await terminal.shows('What others do in this story');
  };
  expect(await next()).toContain('The DNS team sets the record');
  terminal.type(press.enter);
  expect(await next()).toContain('Time passes: 1m.');
  terminal.type(press.enter);
  await terminal.shows('A NetworkPolicy keeps the ingress from the solver pod');
  expect(await next()).toContain('the next move is yours, "Add one NetworkPolicy');
  terminal.type(press.escape);
  await terminal.shows('⏎ look at the change');
  terminal.type(press.enter);
  await terminal.shows('⏎ do it');
  terminal.type(press.enter);
  await terminal.shows('Mended and proved.', 30_000);
  expect(terminal.screen()).not.toContain('orion-setup undo');
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  expect(terminal.screen()).toContain(`The story is at its good end. ${gone}`);
});

test('asked by line, for a screen reader, the tour is the same', { timeout: 180_000 }, async () => {
  const home = used.home();
  const terminal = used.start(['practice', '--plain'], home, { rows: 60, env: { TMPDIR: home } });
  const answered = async (question: string, answer = ''): Promise<void> => {
    await terminal.shows(question, 30_000);
    await terminal.until(isAsked);
    terminal.type(`${answer}${press.enter}`);
  };
  for (const question of [
    'Which cluster',
    'installation be called',
    'Into which folder',
    'Which image',
    'Which Secrets',
  ])
    await answered(question);
  for (const question of ['The database URL of', 'The Redis URL of', 'are signed with']) await answered(question);
  for (const question of ['Which domain', 'Which namespaces', 'Which web', 'What shall watch', 'e-mail'])
    await answered(question);
  await answered('Apply the ClusterIssuers', 'yes');
  await answered('It should work here');
  await answered('Apply staging', 'yes');
  await answered('Which one?', '1');
  await answered('Do it? Enter does it');
  await terminal.shows('it can be taken back', 30_000);
  await answered('Do it? Enter does it, n does not:');
  expect(await terminal.ended).toBe(0);
  expect(terminal.isOnOtherScreen()).toBe(false);
  expect(terminal.screen()).toContain('Taken back: ');
  expect(terminal.screen()).toContain(gone);
});
