import { consentTo } from '../../../core/consent.ts';
import { type KeyName, pressed } from '../keys.ts';
import { chooseBy } from '../parts/choice.ts';
import { following, scrolledBy } from '../parts/scroll.ts';
import { edited, emptyField, inserted } from '../parts/text-field.ts';
import { problemWith, wordsOf } from '../parts/typed-consent.ts';
import type { Key } from '../terminal/key.ts';
import { mayTakeBack, riskOfUndo } from '../undo/ways-view.tsx';
import { activeKeys } from './active-keys.ts';
import { copyable } from './copyable.ts';
import { isDoable, offersOf, type Page, pageOf, type RunbookState } from './state.ts';
import { close, lookAnew, open, replace, startAt, stay, type Turn } from './turn-page.ts';

type Typing = Extract<Page, { at: 'before' | 'before-undo' }>;

/** What a key makes of the screens. A key that does not work now does nothing. */
export function onKey(state: RunbookState, key: Key): Turn {
  const page = pageOf(state);
  const typed = typedInto(state, page, key);
  if (typed) return stay(typed);
  if (page.at === 'verdict' && !state.help) {
    const titles = offersOf(state.diagnosis).map(({ remedy }) => remedy.title);
    const choice = chooseBy(state.choice, key, titles, { letters: false });
    if (choice) return stay({ ...state, choice, scroll: following(state.scroll), notice: '' });
  }
  const name = pressed(key, activeKeys(state));
  if (name === undefined) return stay(state);
  if (state.help && name !== 'leave' && name !== 'quit' && name !== 'scroll' && name !== 'page')
    return stay({ ...state, help: false });
  if (name === 'scroll' || name === 'page')
    return stay({ ...state, scroll: scrolledBy(state.scroll, key.name) ?? state.scroll });
  return onNamedKey(state, page, name);
}

/** Pasted text goes where something is typed, and nowhere else: a page of text must not press keys. */
export function onPaste(state: RunbookState, text: string): Turn {
  const page = pageOf(state);
  if (!asksForWords(state, page)) return stay(state);
  return stay(withField(state, page, inserted(page.field, text)));
}

function onNamedKey(state: RunbookState, page: Page, name: KeyName): Turn {
  switch (name) {
    case 'help':
      return stay({ ...state, help: true });
    case 'leave':
      return leave(state, 'interrupted');
    case 'quit':
      return leave(state, 'quit');
    case 'back':
      return back(state, page);
    case 'evidence':
    case 'ruled-out':
    case 'message':
      return stay(open(state, { at: name }));
    case 'by-hand':
      return byHand(state, page);
    case 'others':
      return { state, does: [{ do: 'ask-others' }] };
    case 'save':
      return { state, does: [page.at === 'report' ? { do: 'keep-report', text: page.text } : { do: 'save' }] };
    case 'report':
      return report(state);
    case 'look':
      return lookAnew(state);
    case 'copy':
      return {
        state: { ...state, notice: 'Copied, if your terminal lets programs copy.' },
        does: [{ do: 'copy', text: copyable(state, page) }],
      };
    case 'take-back':
      return takeBack(state);
    case 'enter':
      return onEnter(state, page);
    default:
      return stay(state);
  }
}

/** Nothing is half done by leaving: what was sent is in the journal, and the summary says it. */
function leave(state: RunbookState, how: 'quit' | 'interrupted'): Turn {
  const { at } = pageOf(state);
  // A request on its way is not cut off by the first key: afterwards it would be unclear whether it arrived.
  const isSending = at === 'undoing' || (at === 'doing' && state.mending?.until === undefined);
  const patience = 'A request is on its way; that takes a moment. Ctrl-C again leaves at once.';
  if (isSending && (how === 'quit' || state.notice !== patience)) return stay({ ...state, notice: patience });
  const does =
    at === 'before' || at === 'trying'
      ? [{ do: 'consent', yes: false } as const]
      : at === 'doing'
        ? [{ do: 'stop-watching' } as const]
        : [];
  return { state: { ...state, over: how }, does };
}

function back(state: RunbookState, page: Page): Turn {
  const notice = 'Nothing was changed.';
  if (page.at === 'before') return { state: { ...close(state), notice }, does: [{ do: 'consent', yes: false }] };
  if (page.at === 'trying') return stay({ ...close(state), notice });
  if (page.at === 'stopped') return stay(startAt(state, { at: 'verdict' }));
  return stay(close(state));
}

function byHand(state: RunbookState, page: Page): Turn {
  const chosen = offersOf(state.diagnosis)[state.choice.selected];
  const remedy = page.at === 'before' || page.at === 'refused' ? page.proposal.remedy : chosen?.remedy;
  return stay(remedy ? open(state, { at: 'by-hand', remedy }) : state);
}

function takeBack(state: RunbookState): Turn {
  const id = state.mending?.remediation?.undoId;
  if (!id) return stay(state);
  return { state: open(state, { at: 'looking-back', id }), does: [{ do: 'look-back', id }] };
}

/** What was seen before the change, and after it. */
function report(state: RunbookState): Turn {
  const { mending, diagnosis } = state;
  if (!mending || !diagnosis) return stay(state);
  const { before, remediation } = mending;
  return { state, does: [{ do: 'report', before, after: diagnosis, remediation }] };
}

function onEnter(state: RunbookState, page: Page): Turn {
  switch (page.at) {
    case 'verdict': {
      const remedy = offersOf(state.diagnosis)[state.choice.selected]?.remedy;
      if (!remedy) return stay(state);
      if (!isDoable(state, remedy)) return stay(open(state, { at: 'by-hand', remedy }));
      return { state: open(state, { at: 'trying', remedy }), does: [{ do: 'mend', remedyId: remedy.id }] };
    }
    case 'before':
      return agreed(state, page) ?? { state: replace(state, { at: 'doing' }), does: [{ do: 'consent', yes: true }] };
    case 'before-undo':
      return (
        agreed(state, page) ?? { state: replace(state, { at: 'undoing' }), does: [{ do: 'take-back', id: page.id }] }
      );
    case 'others': {
      if (page.turn.whose !== 'others') return stay(close(state));
      const { state: looking } = lookAnew(state);
      return { state: looking, does: [{ do: 'let-others' }] };
    }
    case 'after':
      return stay(startAt(state, { at: 'verdict' }));
    default:
      return stay(state);
  }
}

/** The words that have to be typed, or undefined where Enter is enough. */
export function wordsFor(state: RunbookState, page: Typing): string | undefined {
  return wordsOf(consentFor(state, page));
}

const consentFor = (state: RunbookState, page: Typing) =>
  consentTo(page.at === 'before' ? page.proposal.remedy.risk : riskOfUndo(page.ways), state.facts.ground);

/** Undefined once it is agreed to; else the page with what is still wrong. */
function agreed(state: RunbookState, page: Typing): Turn | undefined {
  const problem = problemWith(consentFor(state, page), page.field);
  return problem === undefined ? undefined : stay(replacePage(state, { ...page, field: emptyField, problem }));
}

function typedInto(state: RunbookState, page: Page, key: Key): RunbookState | undefined {
  if (!asksForWords(state, page)) return undefined;
  const field = edited(page.field, key);
  return field && withField(state, page, field);
}

function asksForWords(state: RunbookState, page: Page): page is Typing {
  const isAsking = page.at === 'before' || (page.at === 'before-undo' && mayTakeBack(page.ways));
  return isAsking && !state.help && wordsFor(state, page) !== undefined;
}

const withField = (state: RunbookState, page: Typing, field: Typing['field']): RunbookState =>
  replacePage(state, { ...page, field, problem: '' });

/** The same page with something else in it; it stays scrolled where it is. */
const replacePage = (state: RunbookState, page: Page): RunbookState => ({
  ...state,
  pages: [...state.pages.slice(0, -1), page],
});
