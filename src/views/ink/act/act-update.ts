import { chosen, firstChoice } from '../parts/choice.ts';
import { atTop, following, laidOut } from '../parts/scroll.ts';
import { emptyField, inserted } from '../parts/text-field.ts';
import { wordsOf } from '../parts/typed-consent.ts';
import type { Input } from '../terminal/program.ts';
import type { Act, ActEvent, ActState, ActTurn } from './act.ts';
import { onActKey } from './on-act-key.ts';

export const openingAct = <Content>({ title, initial }: Pick<Act<Content, never>, 'title' | 'initial'>) =>
  ({
    title,
    place: undefined,
    phase: 'working',
    content: initial,
    looked: 0,
    said: [],
    choosing: { question: '', rows: [] },
    asking: { wanted: { by: 'enter' }, says: '' },
    field: emptyField,
    problem: '',
    choice: firstChoice,
    toggled: new Set<number>(),
    scroll: atTop,
    help: false,
    notice: '',
    stopping: false,
    failure: undefined,
    over: undefined,
  }) as const satisfies ActState<Content>;

/** What an event makes of the screens of a command. Pure. */
export function updateAct<Content, Told>(
  act: Act<Content, Told>,
  state: ActState<Content>,
  event: ActEvent<Told> | Input,
): ActTurn<Content> {
  switch (event.event) {
    case 'key':
      return onActKey(act, state, event.key);
    case 'pasted': {
      const isTyping = state.phase === 'asking' && !state.help && wordsOf(state.asking.wanted) !== undefined;
      return { state: isTyping ? { ...state, field: inserted(state.field, event.text), problem: '' } : state };
    }
    case 'measured':
      return { state: laidOut(state, event.measured) };
    case 'entered':
      return { state: { ...state, place: event.place } };
    case 'looked':
      return { state: { ...state, looked: state.looked + 1 } };
    case 'said':
      return { state: { ...state, said: [...state.said, event.text] } };
    case 'told': {
      const content = act.told(state.content, event.told, event.at);
      const scroll = state.phase === 'doing' ? following(state.scroll) : state.scroll;
      // An answer came: now it can be stopped without leaving a request in doubt.
      return { state: { ...state, content, scroll }, does: state.stopping ? [{ do: 'stop' }] : [] };
    }
    case 'choose':
      return {
        state: { ...turned(state, 'choosing'), choosing: { question: event.question, rows: event.rows } },
      };
    case 'ask':
      return {
        state: {
          ...turned(state, 'asking'),
          asking: { wanted: event.wanted, says: event.says },
          field: emptyField,
          problem: '',
        },
      };
    case 'ended': {
      const begins = act.beginsAt?.(state.content) ?? 0;
      return { state: { ...turned(state, 'ended'), choice: chosen(begins), scroll: following(atTop) } };
    }
    case 'failed': {
      const { message, next } = event;
      const failed = { ...turned(state, 'stopped'), failure: { message, next } };
      if (state.stopping) return { state: { ...failed, over: 'interrupted' } };
      return { state: event.declined ? { ...failed, over: 'left' } : failed };
    }
  }
}

/** Another page: read from its top, with the pointer at its first row. */
const turned = <Content>(state: ActState<Content>, phase: ActState<Content>['phase']): ActState<Content> => ({
  ...state,
  phase,
  choice: firstChoice,
  toggled: new Set(),
  scroll: atTop,
  notice: '',
});
