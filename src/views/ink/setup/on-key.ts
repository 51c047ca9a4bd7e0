import { type KeyName, pressed } from '../keys.ts';
import { chooseBy, chosen } from '../parts/choice.ts';
import { atTop, following, scrolledBy } from '../parts/scroll.ts';
import { edited, fieldWith, textOf } from '../parts/text-field.ts';
import { type Key, typedKeys } from '../terminal/key.ts';
import type { Step } from '../terminal/program.ts';
import { activeKeys } from './active-keys.ts';
import { answeredSteps, choicesOf, type SetupCommand, type SetupPage, type SetupState, workOn } from './state.ts';

export type Turn = Step<SetupState, SetupCommand>;
type Asking = Extract<SetupPage, { at: 'asking' }>;

const stay = (state: SetupState): Turn => ({ state });

/** What a key makes of the screens. */
export function onKey(state: SetupState, key: Key): Turn {
  const { page } = state;
  const moved = state.help ? undefined : (chosenBy(state, key) ?? typedInto(state, key));
  if (moved) return stay(moved);
  const name = pressed(key, activeKeys(state));
  if (name === undefined) return stay(state);
  if (name === 'leave') return leave(state);
  if (name === 'scroll' || name === 'page')
    return stay({ ...state, scroll: scrolledBy(state.scroll, key.name) ?? state.scroll });
  if (state.help) return stay({ ...state, help: false, scroll: atTop });
  switch (page.at) {
    case 'asking':
      return whileAsking(state, page, name);
    case 'steps':
      return amongSteps(state, page, name);
    case 'ended':
      return stay(name === 'help' ? { ...state, help: true } : { ...state, isOver: true });
    case 'working':
      return stay(state);
  }
}

/** A pasted line is typed; a pasted wizard too, each line an answer. Only what is agreed to is never pasted to the end. */
export function onPaste(state: SetupState, text: string): Turn {
  const isConsent = state.page.at === 'asking' && state.page.question.consent !== undefined;
  // An Escape in it is no key that somebody pressed.
  const pasted = text.replaceAll(isConsent ? /[\r\n\u{1b}]/gu : '\u{1b}', '');
  let turn: Turn = stay(state);
  for (const key of typedKeys(pasted)) {
    const next = onKey(turn.state, key);
    turn = { state: next.state, does: [...(turn.does ?? []), ...(next.does ?? [])] };
  }
  return turn;
}

function whileAsking(state: SetupState, page: Asking, name: KeyName): Turn {
  switch (name) {
    case 'enter': {
      const choice = choicesOf(page.question)[page.choice.selected];
      const text = choice ? choice.value : textOf(page.field);
      const typed = page.question.kind === 'secret' ? '' : text;
      return reply({ ...state, typed }, { kind: 'typed', text });
    }
    case 'back':
      return reply(state, { kind: 'back' });
    case 'why':
    case 'help':
      return stay({ ...state, help: true, scroll: atTop });
    case 'step':
      return stay({ ...state, page: { at: 'steps', under: page, choice: chosen(0) }, scroll: atTop });
    default:
      return stay(state);
  }
}

function amongSteps(state: SetupState, page: Extract<SetupPage, { at: 'steps' }>, name: KeyName): Turn {
  if (name === 'back') return stay({ ...state, page: page.under, scroll: atTop });
  const step = answeredSteps(state)[page.choice.selected];
  return name === 'enter' && step ? reply(state, { kind: 'edit', step }) : stay(state);
}

/** The answer is on its way; keys wait for what comes next. */
function reply(state: SetupState, given: Extract<SetupCommand, { do: 'reply' }>['reply']): Turn {
  return {
    state: { ...state, page: { at: 'working', work: workOn('answer', 0) }, remarks: [], scroll: atTop },
    does: [{ do: 'reply', reply: given }],
  };
}

/** A question is answered with leaving; work is stopped, and what it came to is kept. The second Ctrl-C does not wait for that. */
function leave(state: SetupState): Turn {
  if (state.page.at === 'ended' || state.isLeaving) return stay({ ...state, isLeaving: true, isOver: true });
  const notice = state.isPractice
    ? 'Leaving; the practice cluster goes with it.'
    : 'Leaving; everything answered and applied is kept.';
  const leaving = { ...state, isLeaving: true, notice };
  if (state.page.at === 'working') return { state: leaving, does: [{ do: 'interrupt' }] };
  return { state: leaving, does: [{ do: 'reply', reply: { kind: 'leave' } }] };
}

function chosenBy(state: SetupState, key: Key): SetupState | undefined {
  const { page } = state;
  const titles =
    page.at === 'steps'
      ? answeredSteps(state)
      : page.at === 'asking'
        ? choicesOf(page.question).map(({ title }) => title)
        : [];
  if (page.at !== 'steps' && page.at !== 'asking') return undefined;
  const choice = chooseBy(page.choice, key, titles, { letters: true });
  return choice && { ...state, page: { ...page, choice }, scroll: following(state.scroll) };
}

function typedInto(state: SetupState, key: Key): SetupState | undefined {
  const { page } = state;
  if (page.at !== 'asking' || choicesOf(page.question).length > 0) return undefined;
  const isEmpty = textOf(page.field) === '';
  if (key.name === '?' && isEmpty && page.question.kind !== 'secret') return undefined;
  const offered = defaultText(page);
  const field = key.name === 'right' && isEmpty && offered ? fieldWith(offered) : edited(page.field, key);
  return field && { ...state, page: { ...page, field, problem: undefined }, scroll: following(state.scroll) };
}

/** What Enter alone means, as it would be typed. */
export function defaultText({ question }: Pick<Asking, 'question'>): string | undefined {
  const { default: given } = question;
  if (typeof given === 'string') return given;
  return Array.isArray(given) && given.length > 0 ? given.join(', ') : undefined;
}
