import { createRequire } from 'node:module';
import pty from '@lydell/node-pty';
import type { Terminal as Emulator } from '@xterm/headless';
import { wholeScreens } from './whole-screens.ts';

// @xterm/headless is CommonJS and hides its exports from Node's detection.
const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as { readonly Terminal: typeof Emulator };

export type Driven = {
  /** What is on the screen now, of a program that draws frames the last whole one; a line that the terminal itself wrapped is one line. */
  readonly screen: () => string;
  readonly lines: () => readonly string[];
  /** The first screen since the last key, or the last wait, that shows `what`. Fails with the screen in its message. */
  readonly shows: (what: string | RegExp, withinMs?: number) => Promise<string>;
  /** The same where its lines are as `isSo` wants them: for what the layout is about. */
  readonly until: (isSo: (lines: readonly string[]) => boolean, withinMs?: number) => Promise<string>;
  readonly type: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly ended: Promise<number>;
  /** Whether the program draws on the terminal's other screen. */
  readonly isOnOtherScreen: () => boolean;
  /** Once nothing was written for that long: for pictures; a test waits for what it wants to see. */
  readonly quiet: (forMs: number) => Promise<void>;
  /** Everything the program wrote, as bytes came. */
  readonly written: () => string;
  readonly emulator: Emulator;
  /** Closes the terminal, as a window is closed or a connection breaks off: what is written then fails, and SIGHUP says so. */
  readonly hangUp: () => void;
  readonly kill: () => void;
};

export type Launch = {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
};

export const press = {
  enter: '\r',
  escape: '\u{1b}',
  up: '\u{1b}[A',
  down: '\u{1b}[B',
  pageDown: '\u{1b}[6~',
  ctrlC: '\u{3}',
  ctrlU: '\u{15}',
  tab: '\t',
} as const;

/**
 * node-pty gives a program that ended 200 ms, then throws away what it has not read: on a busy machine the last words. So a shell
 * around the program says that it ended, and with what, and ends itself once that was read. It outlives a terminal that closes, to tell
 * the exit code by its own.
 */
const holding = 'trap : INT HUP; "$@"; code=$?; stty -echo; printf "\\033]7777;%d\\007" $code; read -r _; exit $code';

/** Runs a program in a real pseudo-terminal, with a terminal emulator that answers its queries. */
export function launch(command: string, args: readonly string[], options: Launch = {}): Driven {
  const { columns = 80, rows = 24, env = {}, cwd } = options;
  const emulator = new Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
  const child = pty.spawn('sh', ['-c', holding, 'sh', command, ...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    env: environment(env),
    ...(cwd === undefined ? {} : { cwd }),
  });
  const screens = wholeScreens(emulator);
  let written = '';
  let lastWritten = Date.now();
  let over = false;
  child.onData((data) => {
    written += data;
    lastWritten = Date.now();
    screens.take(data);
  });
  emulator.onData((answer) => {
    if (!over) child.write(answer);
  });
  const ended = new Promise<number>((resolve) => {
    const end = (code: number): void => {
      over = true;
      screens.over();
      resolve(code);
    };
    emulator.parser.registerOscHandler(7777, (code) => {
      child.write('\n');
      end(Number(code));
      return true;
    });
    child.onExit(({ exitCode }) => end(exitCode));
  });

  const has = (what: string | RegExp, text: string): boolean =>
    typeof what === 'string' ? text.includes(what) : what.test(text);
  const hangUp = (): void => {
    over = true;
    screens.over();
    // Not among its types. It closes the terminal's own side, on which the kernel tells the shell alone.
    (child as typeof child & { readonly destroy: () => void }).destroy();
    // With a shell that ends there all others are told; ours outlives it. The group is its own.
    try {
      process.kill(-child.pid, 'SIGHUP');
    } catch {
      // It has ended already.
    }
  };

  return {
    screen: () => screens.now().text,
    lines: () => screens.now().lines,
    shows: async (what, withinMs = 30_000) =>
      (await screens.until(({ text }) => has(what, text), `did not show ${what}`, withinMs)).text,
    until: async (isSo, withinMs = 30_000) =>
      (await screens.until(({ lines }) => isSo(lines), 'was not as expected', withinMs)).text,
    type: (keys) => {
      screens.fromNowOn();
      child.write(keys);
    },
    resize: (newColumns, newRows) => {
      screens.fromNowOn();
      emulator.resize(newColumns, newRows);
      child.resize(newColumns, newRows);
    },
    ended,
    isOnOtherScreen: () => emulator.buffer.active.type === 'alternate',
    quiet: async (forMs) => {
      while (Date.now() - lastWritten < forMs) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    written: () => written,
    emulator,
    hangUp,
    kill: () => {
      if (!over) hangUp();
    },
  };
}

/** The test's own environment without what would make the program think that nobody is there; UTF-8, and UTC for its clock. */
function environment(more: Launch['env']): Record<string, string> {
  const quiet = { CI: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined, COLORTERM: undefined };
  const all = { ...process.env, ...quiet, LC_ALL: 'C.UTF-8', TZ: 'UTC', TERM: 'xterm-256color', ...more };
  const set = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(set.filter(([name]) => !/^(CI_|VITEST|CONTINUOUS_INTEGRATION)/.test(name)));
}
