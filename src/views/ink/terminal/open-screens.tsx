import { setImmediate } from 'node:timers/promises';
import { render, useInput, usePaste } from 'ink';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { type Theme, ThemeContext, themeFor } from '../theme.ts';
import { type Key, keysIn } from './key.ts';
import { type Input, type Program, runProgram, type Store } from './program.ts';

/** The terminal that screens are drawn on. The streams are the process's own where they are left out. */
export type Terminal = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly noColor?: boolean;
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
  /** Aborted where the process is to end: the screens leave at once. */
  readonly signal?: AbortSignal;
};

type Draw<State, Event> = (props: {
  readonly state: State;
  readonly now: Date;
  readonly send: (event: Event | Input) => void;
}) => ReactNode;

/**
 * Runs a program on the terminal's other screen until it is over, and puts the terminal back as it was. Keys typed ahead, or before the
 * first frame, reach the program one by one.
 */
export async function openScreens<State, Event, Command>(
  program: Program<State, Event, Command>,
  draw: Draw<State, Event>,
  clock: () => Date,
  { env, noColor, stdin, stdout, signal }: Terminal,
): Promise<State> {
  const store = runProgram(program);
  const input = stdin ?? process.stdin;
  // Before the first frame, not after it as Ink does: a Ctrl-C in between would be a signal, which ends the process, and not a key.
  if (input.isTTY) input.setRawMode(true);
  // A question is drawn only once what was typed before it is read and let go, and answered only by keys that come once it is drawn.
  const subscribe: Store<State, Event>['subscribe'] = (listener) =>
    store.subscribe(() => (store.isUnseen() ? void readAhead().then(listener) : listener()));
  let shown = store.state();
  const drawing: typeof draw = (props) => {
    shown = props.state;
    return draw(props);
  };
  const app = <Screens store={{ ...store, subscribe }} draw={drawing} clock={clock} theme={themeFor(env, noColor)} />;
  const instance = render(app, {
    ...(stdin ? { stdin } : {}),
    ...(stdout ? { stdout } : {}),
    exitOnCtrlC: false,
    alternateScreen: true,
    interactive: true,
    isScreenReaderEnabled: false,
    onRender: () => store.drawn(shown),
  });
  const leave = (): void => {
    if (program.isOver(store.state()) || signal?.aborted) instance.unmount();
  };
  const forget = store.subscribe(leave);
  signal?.addEventListener('abort', leave);
  leave();
  try {
    await instance.waitUntilExit();
  } finally {
    forget();
    signal?.removeEventListener('abort', leave);
    if (input.isTTY) input.setRawMode(false);
  }
  signal?.throwIfAborted();
  return store.state();
}

/** Reads all that has been typed until now: between the two, the event loop takes what the terminal holds. */
async function readAhead(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

function Screens<State, Event>({
  store,
  draw,
  clock,
  theme,
}: {
  readonly store: Store<State, Event>;
  readonly draw: Draw<State, Event>;
  readonly clock: () => Date;
  readonly theme: Theme;
}) {
  const state = useSyncExternalStore(store.subscribe, store.state);
  const now = useNow(clock);
  const press = (key: Key): void => store.send({ event: 'key', key });
  useInput((input, pressed) => {
    for (const key of keysIn(input, pressed)) press(key);
  });
  usePaste((text) => store.send({ event: 'pasted', text }));
  return <ThemeContext value={theme}>{draw({ state, now, send: store.send })}</ThemeContext>;
}

/** The time, once a second: countdowns and the clock in the corner read it, nothing else moves. */
function useNow(clock: () => Date): Date {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), 1000);
    return () => clearInterval(timer);
  }, [clock]);
  return now;
}
