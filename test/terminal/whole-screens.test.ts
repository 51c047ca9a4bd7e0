import { afterEach, expect, test } from 'vitest';
import { type Driven, launch } from './terminal.ts';

/** What the tests of the screens stand on: a program is judged by whole frames, and by every one of them. */
let open: Driven | undefined;
afterEach(() => open?.kill());

/** Writes one of `writes` at first, and the next one at each key. */
function writes(...texts: readonly string[]): Driven {
  const script = `const texts = ${JSON.stringify(texts)}, next = () => process.stdout.write(texts.shift() ?? '');
    process.stdin.setRawMode(true).on('data', (key) => String(key) === 'q' ? process.exit() : next()); next();`;
  open = launch(process.execPath, ['-e', script]);
  return open;
}
/** Once everything up to `text` has come and is drawn, whatever the screen is said to show. */
const come = ({ written, emulator }: Driven, text: string): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!written().includes(text)) return;
      parsed.dispose();
      emulator.write('', resolve);
    };
    const parsed = emulator.onWriteParsed(look);
    look();
  });

const begin = '\u{1b}[?2026h';
const end = '\u{1b}[?2026l';
const home = '\u{1b}[H\u{1b}[2J';

test('a frame that came in part is not seen before it is whole', async () => {
  const terminal = writes(`${begin}before${end}`, `${begin}${home}headline`, `\r\nthe rest${end}`);
  await terminal.shows('before');
  terminal.type('.');
  await come(terminal, 'headline');
  expect(terminal.screen()).toBe('before');
  expect(terminal.lines()[0]).toBe('before');
  const shown = terminal.shows('headline');
  terminal.type('.');
  expect(await shown).toBe('headline\nthe rest');
});

const frames = ['one', 'two', 'three'].map((text) => `${begin}${home}${text}${end}`).join('');

test('a frame that passed before it was waited for is seen', async () => {
  const terminal = writes(frames);
  for (const text of ['one', 'two', 'three']) expect(await terminal.shows(text)).toBe(text);
});

test('what showed before a key was pressed is not taken for what the key led to', async () => {
  const terminal = writes(frames, `${begin}${home}four${end}`);
  await come(terminal, 'three');
  terminal.type('.');
  await come(terminal, 'four');
  await expect(terminal.shows('two', 1)).rejects.toThrow('did not show two within 1 ms; the screen is:\nfour');
});

test('lines without frames show as they come, and so does a frame that its program never ended', async () => {
  const terminal = writes('a line\r\nand half', ` of another\r\n${begin}left in the midst`);
  expect(await terminal.shows('half')).toBe('a line\nand half');
  terminal.type('.');
  await come(terminal, 'midst');
  expect(terminal.screen()).toBe('a line\nand half of another');
  terminal.type('q');
  await terminal.ended;
  expect(terminal.screen()).toContain('left in the midst');
});
