import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bundled, removeBundles } from '../terminal/bundle.ts';
import { type Driven, launch, press } from '../terminal/terminal.ts';

let program: string;
beforeAll(async () => {
  program = await bundled('home');
});

afterAll(removeBundles);

let open: Driven | undefined;
afterEach(() => open?.kill());

test('a row is chosen by its number, for the environment in the first band', async () => {
  open = launch(process.execPath, [program]);
  expect(await open.shows('Practise an incident')).toContain('STAGING');
  open.type(press.tab);
  await open.shows('PRODUCTION');
  open.type(`2${press.enter}`);
  expect(await open.ended).toBe(0);
  expect(open.screen()).toContain('{"chose":"runbook cert-pending","environment":"production"}');
});

test('Ctrl-C is a key from the first frame on, however long the next moment takes', async () => {
  // Once the first frame is written, nothing of this program runs for a while.
  const slow = `const { stdout } = process, write = stdout.write; let once = true; stdout.write = (text, ...rest) => {
    const is = write.call(stdout, text, ...rest);
    if (once && String(text).includes('Practise')) { once = false; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500); }
    return is; };`;
  const preload = `--import=data:text/javascript,${encodeURIComponent(slow)}`;
  open = launch(process.execPath, [program], { columns: 60, rows: 15, env: { NODE_OPTIONS: preload } });
  await open.shows('Practise an incident');
  open.type(press.ctrlC);
  expect(await open.ended, open.screen()).toBe(0);
  expect(open.screen()).toContain('{"chose":"interrupted"}');
});

test('whatever is drawn is a frame that says where it begins and ends', async () => {
  open = launch(process.execPath, [program]);
  await open.shows('Practise an incident');
  open.type(press.tab);
  await open.shows('PRODUCTION');
  const outside = open.written().replaceAll(/\u{1b}\[\?2026h.*?\u{1b}\[\?2026l/gsu, '');
  expect(outside.replaceAll(/\u{1b}\[[\d;?]*[A-Za-z]/gu, '').trim()).toBe('');
});

test('q leaves, and so does Ctrl-C, with the terminal in order', async () => {
  for (const [key, chose] of [
    ['q', 'quit'],
    [press.ctrlC, 'interrupted'],
  ] as const) {
    open = launch(process.execPath, [program], { columns: 60, rows: 15 });
    await open.shows('Practise an incident');
    open.type(key);
    expect(await open.ended).toBe(0);
    expect(open.isOnOtherScreen()).toBe(false);
    expect(open.screen()).toContain(`{"chose":"${chose}"}`);
  }
});
