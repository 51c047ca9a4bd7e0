import { setImmediate } from 'node:timers/promises';
import { type Instance, render, useInput, usePaste } from 'ink';
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
  const app = <Screens store={store} draw={draw} clock={clock} theme={themeFor(env, noColor)} />;
  const instance = render(app, {
    ...(stdin ? { stdin } : {}),
    ...(stdout ? { stdout } : {}),
    exitOnCtrlC: false,
    alternateScreen: true,
    interactive: true,
    isScreenReaderEnabled: false,
  });
  const leave = (): void => {
    if (program.isOver(store.state()) || signal?.aborted) instance.unmount();
  };
  // What keeps a frame from being drawn is told where the screens are waited for.
  const show = (): void => void showQuestion(store, instance).catch(() => undefined);
  const forgetLeaving = store.subscribe(leave);
  const forgetShowing = store.subscribe(show);
  signal?.addEventListener('abort', leave);
  leave();
  show();
  try {
    await instance.waitUntilExit();
  } finally {
    forgetLeaving();
    forgetShowing();
    signal?.removeEventListener('abort', leave);
    if (input.isTTY) input.setRawMode(false);
  }
  signal?.throwIfAborted();
  return store.state();
}

/** Keys answer a question only once it is on the screen, and what was typed until then is read and let go. */
async function showQuestion(
  { unseen, seen }: Pick<Store<unknown, unknown>, 'unseen' | 'seen'>,
  instance: Pick<Instance, 'waitUntilRenderFlush'>,
): Promise<void> {
  const question = unseen();
  if (question === undefined) return;
  await instance.waitUntilRenderFlush();
  // Between the two, all is read that had been typed before the frame was out.
  await setImmediate();
  await setImmediate();
  if (unseen() === question) seen(question);
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
