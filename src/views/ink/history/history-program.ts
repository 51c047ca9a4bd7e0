import type { HistoryEntry } from '../../../core/report/history-report.ts';
import { type ActiveKey, pressed } from '../keys.ts';
import { type Choice, chooseBy, chosen, firstChoice } from '../parts/choice.ts';
import { atTop, following, laidOut, type Scroll, scrolledBy } from '../parts/scroll.ts';
import type { Key } from '../terminal/key.ts';
import type { Input, Program, Step } from '../terminal/program.ts';

export type HistoryFacts = {
  /** The newest first, in full. */
  readonly items: readonly HistoryEntry[];
  /** The change that is opened at once. */
  readonly opens: string | undefined;
};

export type HistoryState = HistoryFacts & {
  /** Which change is open; undefined on the list. */
  readonly open: HistoryEntry | undefined;
  readonly listed: Choice;
  readonly choice: Choice;
  readonly toggled: ReadonlySet<number>;
  readonly scroll: Scroll;
  readonly help: boolean;
  readonly over: 'left' | 'interrupted' | { readonly undo: string } | undefined;
};

/** Whether there may be something to take back; of that the live objects have the last word. Nothing of what a run is still at. */
const mayUndo = ({ state, undo }: HistoryEntry): boolean =>
  state !== 'running' && (undo.state === 'open' || undo.state === 'partly');

export function historyKeys({ help, open, items }: HistoryState): readonly ActiveKey[] {
  if (help) return ['back', 'scroll', 'page', 'quit', 'help'];
  if (open) {
    const moving: readonly ActiveKey[] = open.changes.length > 0 ? ['choose', 'unfold', 'page'] : ['scroll', 'page'];
    return [...(mayUndo(open) ? (['take-back'] as const) : []), 'back', ...moving, 'quit', 'help'];
  }
  const choosing: readonly ActiveKey[] =
    items.length > 0 ? ['choose', { key: 'enter', says: 'open' }, 'take-back', 'page'] : [];
  return [...choosing, 'back', 'quit', 'help'];
}

/** Up to so many lines of differences in all begin open. */
const mostOpen = 30;

export function isOpenRow({ open, toggled }: HistoryState, row: number): boolean {
  const lines = open?.changes.reduce((sum, { difference = [] }) => sum + difference.length, 0) ?? 0;
  return lines <= mostOpen !== toggled.has(row);
}

function updateHistory(state: HistoryState, event: Input): Step<HistoryState, never> {
  switch (event.event) {
    case 'key':
      return { state: onKey(state, event.key) };
    case 'measured':
      return { state: laidOut(state, event.measured) };
    case 'pasted':
      return { state };
  }
}

function onKey(state: HistoryState, key: Key): HistoryState {
  const titles = state.open ? state.open.changes.map(({ object }) => object) : state.items.map(({ title }) => title);
  const choice = state.help ? undefined : chooseBy(state.choice, key, titles, { letters: false });
  if (choice) return { ...state, choice, scroll: following(state.scroll) };
  switch (pressed(key, historyKeys(state))) {
    case 'enter': {
      const entry = state.items[state.choice.selected];
      return entry ? opened(state, entry) : state;
    }
    case 'take-back': {
      const entry = state.open ?? state.items[state.choice.selected];
      if (!entry) return state;
      // Why it cannot be taken back stands in the change itself.
      return mayUndo(entry) ? { ...state, over: { undo: entry.id } } : opened(state, entry);
    }
    case 'unfold':
      return { ...state, toggled: withTurned(state), scroll: following(state.scroll) };
    case 'help':
      return { ...state, help: !state.help, scroll: atTop };
    case 'back':
      if (state.help) return { ...state, help: false, scroll: atTop };
      if (state.open) return { ...state, open: undefined, choice: state.listed, scroll: following(atTop) };
      return { ...state, over: 'left' };
    case 'scroll':
    case 'page':
      return { ...state, scroll: scrolledBy(state.scroll, key.name) ?? state.scroll };
    case 'quit':
      return { ...state, over: 'left' };
    case 'leave':
      return { ...state, over: 'interrupted' };
    default:
      return state;
  }
}

const opened = (state: HistoryState, open: HistoryEntry): HistoryState => ({
  ...state,
  open,
  listed: state.choice,
  choice: firstChoice,
  toggled: new Set(),
  scroll: atTop,
});

function withTurned({ toggled, choice }: HistoryState): ReadonlySet<number> {
  const after = new Set(toggled);
  if (!after.delete(choice.selected)) after.add(choice.selected);
  return after;
}

export function historyProgram(facts: HistoryFacts): Program<HistoryState, never, never> {
  const place = facts.items.findIndex(({ id }) => id === facts.opens);
  return {
    initial: {
      ...facts,
      open: facts.items[place],
      listed: chosen(place),
      choice: firstChoice,
      toggled: new Set(),
      scroll: atTop,
      help: false,
      over: undefined,
    },
    begins: [],
    update: updateHistory,
    perform: () => {},
    isOver: ({ over }) => over !== undefined,
    holdsKeys: () => false,
  };
}
