import { type KeyName, nameOfKey, pressed } from '../keys.ts';
import { chooseBy } from '../parts/choice.ts';
import { atTop, following, scrolledBy } from '../parts/scroll.ts';
import { edited, emptyField } from '../parts/text-field.ts';
import { problemWith, wordsOf } from '../parts/typed-consent.ts';
import type { Key } from '../terminal/key.ts';
import type { Act, ActState, ActTurn } from './act.ts';
import { actKeys } from './act-keys.ts';

/** What a key makes of the screens of a command. A key that does not work now does nothing. */
export function onActKey<Content, Told>(act: Act<Content, Told>, state: ActState<Content>, key: Key): ActTurn<Content> {
  if (state.help) return { state: onHelpKey(state, key) };
  const isTyping = state.phase === 'asking' && wordsOf(state.asking.wanted) !== undefined;
  const field = isTyping ? edited(state.field, key) : undefined;
  if (field) return { state: { ...state, field, problem: '' } };
  const titles =
    state.phase === 'choosing' ? state.choosing.rows.map(({ title }) => title) : act.rows(state.content, state.phase);
  const choice = chooseBy(state.choice, key, titles, { letters: false });
  if (choice) return { state: { ...state, choice, scroll: following(state.scroll), notice: '' } };
  const onward = act.onward(state.content).find((one) => state.phase === 'ended' && isOn(one.key, key));
  if (onward) return { state: { ...state, over: { to: onward.to } } };
  const name = pressed(key, actKeys(act, state));
  if (name === 'scroll' || name === 'page')
    return { state: { ...state, scroll: scrolledBy(state.scroll, key.name) ?? state.scroll } };
  return name === undefined ? { state } : onNamedKey(act, state, name);
}

const isOn = (active: Parameters<typeof nameOfKey>[0], key: Key): boolean =>
  pressed(key, [active]) === nameOfKey(active);

function onHelpKey<Content>(state: ActState<Content>, key: Key): ActState<Content> {
  const scroll = scrolledBy(state.scroll, key.name);
  if (scroll) return { ...state, scroll };
  return key.name === 'escape' || key.name === '?' || key.name === 'ctrl-c'
    ? { ...state, help: false, scroll: atTop }
    : state;
}

function onNamedKey<Content, Told>(act: Act<Content, Told>, state: ActState<Content>, name: KeyName): ActTurn<Content> {
  switch (name) {
    case 'help':
      return { state: { ...state, help: true, scroll: atTop } };
    case 'unfold':
      return { state: { ...state, toggled: toggled(state), scroll: following(state.scroll) } };
    case 'enter':
      return onEnter(state);
    case 'back':
    case 'quit':
      return leaving(state);
    case 'leave':
      return state.phase === 'doing' ? stopping(act, state) : interrupted(state);
    default:
      return { state };
  }
}

function toggled<Content>({ toggled: before, choice }: ActState<Content>): ReadonlySet<number> {
  const after = new Set(before);
  if (!after.delete(choice.selected)) after.add(choice.selected);
  return after;
}

function onEnter<Content>(state: ActState<Content>): ActTurn<Content> {
  if (state.phase === 'choosing') {
    const id = state.choosing.rows[state.choice.selected]?.id;
    return { state: { ...state, phase: 'working', looked: 0 }, does: [{ do: 'pick', id }] };
  }
  if (state.phase !== 'asking') return { state };
  const problem = problemWith(state.asking.wanted, state.field);
  if (problem !== undefined) return { state: { ...state, field: emptyField, problem } };
  return { state: { ...state, phase: 'doing', scroll: atTop, notice: '' }, does: [{ do: 'answer', yes: true }] };
}

/** Nothing was agreed to yet, or all is over: what the command makes of it decides which page comes then. */
function leaving<Content>(state: ActState<Content>): ActTurn<Content> {
  switch (state.phase) {
    case 'asking':
      return { state: { ...state, phase: 'working' }, does: [{ do: 'answer', yes: false }] };
    case 'choosing':
      return { state: { ...state, phase: 'working' }, does: [{ do: 'pick', id: undefined }] };
    case 'working':
      return { state: { ...state, over: 'left' }, does: [{ do: 'stop' }] };
    default:
      return { state: { ...state, over: 'left' } };
  }
}

const interrupted = <Content>(state: ActState<Content>): ActTurn<Content> => ({
  state: { ...state, over: state.phase === 'ended' || state.phase === 'stopped' ? 'left' : 'interrupted' },
  does: [{ do: 'stop' }],
});

/** A request on its way is not cut off by the first Ctrl-C: afterwards it would be unclear whether it arrived. */
function stopping<Content, Told>(act: Act<Content, Told>, state: ActState<Content>): ActTurn<Content> {
  if (state.stopping) return { state: { ...state, over: 'interrupted' }, does: [{ do: 'stop' }] };
  const isSending = act.isSending(state.content);
  return {
    state: {
      ...state,
      stopping: true,
      notice: isSending
        ? 'A request is on its way; it stops after its answer. Ctrl-C again leaves at once.'
        : 'Stopping. Ctrl-C again leaves at once.',
    },
    does: isSending ? [] : [{ do: 'stop' }],
  };
}
