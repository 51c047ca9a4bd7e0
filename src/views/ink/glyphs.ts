/** Signs that say a state. Always followed by a word. */
export type Mark = 'good' | 'waiting' | 'broken' | 'unseen' | 'look';

export type Glyphs = {
  readonly marks: Readonly<Record<Mark, string>>;
  readonly pointer: string;
  readonly rule: string;
  readonly heavyRule: string;
  readonly link: string;
  readonly branch: readonly [only: string, first: string, middle: string, last: string];
  readonly down: string;
  readonly up: string;
  readonly dot: string;
  readonly cursor: string;
  readonly isAscii: boolean;
};

const drawn: Glyphs = {
  marks: { good: '●', waiting: '◐', broken: '✗', unseen: '–', look: '!' },
  pointer: '›',
  rule: '─',
  heavyRule: '═',
  link: '─'.repeat(12),
  branch: ['───', '─┬─', ' ├─', ' └─'],
  down: '↓',
  up: '↑',
  dot: '·',
  cursor: '▌',
  isAscii: false,
};

const ascii: Glyphs = {
  marks: { good: '[ok]', waiting: '[..]', broken: '[X]', unseen: '[-]', look: '[!]' },
  pointer: '>',
  rule: '-',
  heavyRule: '=',
  link: '-'.repeat(12),
  branch: ['---', '-+-', ' +-', ' +-'],
  down: 'v',
  up: '^',
  dot: '|',
  cursor: '_',
  isAscii: true,
};

type Env = Readonly<Record<string, string | undefined>>;

/** ASCII where the locale is not UTF-8 (POSIX: LC_ALL, then LC_CTYPE, then LANG), and on the Linux console, whose font lacks most signs. */
export function glyphsFor(env: Env): Glyphs {
  if (env['TERM'] === 'linux') return ascii;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  // Windows Terminal and VS Code draw UTF-8 without saying so in a locale.
  const isUtf8 = locale ? /utf-?8/i.test(locale) : Boolean(env['WT_SESSION'] || env['TERM_PROGRAM']);
  return isUtf8 ? drawn : ascii;
}
