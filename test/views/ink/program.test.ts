import { expect, test } from 'vitest';
import { type Input, type Program, runProgram } from '../../../src/views/ink/terminal/program.ts';

type State = { readonly typed: string; readonly busy: boolean; readonly question: object | undefined };
type Event = { readonly event: 'freed'; readonly question?: object };

const program: Program<State, Event, never> = {
  initial: { typed: '', busy: true, question: undefined },
  begins: [],
  update: (state, event) => {
    if (event.event === 'freed') return { state: { ...state, busy: false, question: event.question } };
    if (event.event !== 'key') return { state };
    const busy = event.key.name === 'enter' || state.busy;
    return { state: { ...state, typed: state.typed + event.key.name[0], busy } };
  },
  perform: () => {},
  isOver: () => false,
  holdsKeys: ({ busy }) => busy,
  asks: ({ question }) => question,
};
const key = (name: string): Input => ({ event: 'key', key: { name, text: '' } });

test('keys wait while the program is busy, and come in their order once it is not', () => {
  const store = runProgram(program);
  for (const name of ['a', 'b', 'enter', 'c']) store.send(key(name));
  expect(store.state().typed).toBe('');
  store.send({ event: 'freed' });
  expect(store.state().typed).toBe('abe');
  store.send({ event: 'freed' });
  expect(store.state().typed).toBe('abec');
});

test('Ctrl-C waits for nothing', () => {
  const store = runProgram(program);
  store.send(key('a'));
  store.send(key('ctrl-c'));
  expect(store.state().typed).toBe('c');
});

test('a question by which a change is agreed to takes no key that was pressed before it was on the screen', () => {
  const store = runProgram(program);
  const [first, second] = [{}, {}];
  store.send(key('a'));
  store.send({ event: 'freed', question: first });
  store.send(key('b'));
  expect(store.isUnseen()).toBe(true);
  expect(store.state().typed).toBe('');
  store.drawn(store.state());
  expect(store.isUnseen()).toBe(false);
  store.send(key('c'));
  expect(store.state().typed).toBe('c');
  store.send({ event: 'freed', question: second });
  store.send(key('d'));
  expect(store.state().typed).toBe('c');
  store.send(key('ctrl-c'));
  expect(store.state().typed).toBe('cc');
});
