import type { Measured } from '../parts/scroll.ts';
import type { Key } from './key.ts';

/** What comes from the terminal itself. */
export type Input =
  | { readonly event: 'key'; readonly key: Key }
  | { readonly event: 'pasted'; readonly text: string }
  /** Known only once a frame is laid out. */
  | { readonly event: 'measured'; readonly measured: Measured };

/** What an event makes of a state, and what is to be done because of it. */
export type Step<State, Command> = { readonly state: State; readonly does?: readonly Command[] };

/** Screens without React: every event goes through one pure function, and what it asks for is done outside. */
export type Program<State, Event, Command> = {
  readonly initial: State;
  readonly begins: readonly Command[];
  readonly update: (state: State, event: Event | Input) => Step<State, Command>;
  readonly perform: (command: Command, send: (event: Event) => void) => void;
  readonly isOver: (state: State) => boolean;
  /** While true, keys wait for the next state in which it is false; Ctrl-C never waits. */
  readonly holdsKeys: (state: State) => boolean;
  /** The question by which a change is agreed to, if one stands: keys that come before it is on the screen are let go. */
  readonly asks?: (state: State) => unknown;
};

export type Store<State, Event> = {
  readonly state: () => State;
  readonly send: (event: Event | Input) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** Whether a question stands that is not on the screen yet, as far as `drawn` says. */
  readonly isUnseen: () => boolean;
  readonly drawn: (state: State) => void;
};

/** Runs a program: keeps its state, does what it asks for, and tells whoever draws. */
export function runProgram<State, Event, Command>(program: Program<State, Event, Command>): Store<State, Event> {
  const listeners = new Set<() => void>();
  const held: Input[] = [];
  let state = program.initial;
  let seen: unknown;

  const isUnseen = (): boolean => {
    const question = program.asks?.(state);
    return question !== undefined && question !== seen;
  };
  const take = (event: Event | Input): void => {
    if (program.isOver(state)) return;
    const step = program.update(state, event);
    const changed = step.state !== state;
    state = step.state;
    for (const command of step.does ?? []) program.perform(command, send);
    if (changed) for (const listener of [...listeners]) listener();
  };
  const release = (): void => {
    while (held.length > 0 && !program.holdsKeys(state)) {
      if (isUnseen()) held.length = 0;
      const next = held.shift();
      if (next) take(next as Event | Input);
    }
  };
  const send = (event: Event | Input): void => {
    if (isWaitingInput(event) && (held.length > 0 || program.holdsKeys(state))) held.push(event);
    else if (!isWaitingInput(event) || !isUnseen()) take(event);
    release();
  };
  for (const command of program.begins) program.perform(command, send);

  return {
    state: () => state,
    send,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isUnseen,
    drawn: (shown) => {
      seen = program.asks?.(shown) ?? seen;
    },
  };
}

function isWaitingInput(event: unknown): event is Input {
  const input = event as Input;
  return input.event === 'pasted' || (input.event === 'key' && input.key.name !== 'ctrl-c');
}
