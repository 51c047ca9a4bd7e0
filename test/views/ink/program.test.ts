import { expect, test } from 'vitest';
import { type Input, type Program, runProgram } from '../../../src/views/ink/terminal/program.ts';

type State = { readonly typed: string; readonly busy: boolean; readonly fresh: boolean };
type Event = { readonly event: 'freed'; readonly fresh: boolean };

const program: Program<State, Event, never> = {
  initial: { typed: '', busy: true, fresh: false },
  begins: [],
  update: (state, event) => {
    if (event.event === 'freed') return { state: { ...state, busy: false, fresh: event.fresh } };
    if (event.event !== 'key') return { state };
    const busy = event.key.name === 'enter' || state.busy;
    return { state: { ...state, typed: state.typed + event.key.name[0], busy } };
  },
  perform: () => {},
  isOver: () => false,
  holdsKeys: ({ busy }) => busy,
  wantsFreshKeys: ({ fresh }) => fresh,
};
const key = (name: string): Input => ({ event: 'key', key: { name, text: '' } });

test('keys wait while the program is busy, and come in their order once it is not', () => {
  const store = runProgram(program);
  for (const name of ['a', 'b', 'enter', 'c']) store.send(key(name));
  expect(store.state().typed).toBe('');
  store.send({ event: 'freed', fresh: false });
  expect(store.state().typed).toBe('abe');
  store.send({ event: 'freed', fresh: false });
  expect(store.state().typed).toBe('abec');
});

test('Ctrl-C waits for nothing', () => {
  const store = runProgram(program);
  store.send(key('a'));
  store.send(key('ctrl-c'));
  expect(store.state().typed).toBe('c');
});

test('what has to be seen first takes no key that was typed before it was shown', () => {
  const store = runProgram(program);
  store.send(key('a'));
  store.send({ event: 'freed', fresh: true });
  expect(store.state().typed).toBe('');
  store.send(key('b'));
  expect(store.state().typed).toBe('b');
});
