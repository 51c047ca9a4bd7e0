import { firstChoice } from '../parts/choice.ts';
import { atTop } from '../parts/scroll.ts';
import type { Step } from '../terminal/program.ts';
import { type Page, pageOf, type RunbookCommand, type RunbookState } from './state.ts';

export type Turn = Step<RunbookState, RunbookCommand>;

export const stay = (state: RunbookState): Turn => ({ state });

/** One page further; `esc` comes back. */
export const open = (state: RunbookState, page: Page): RunbookState => ({
  ...state,
  pages: [...state.pages, page],
  scroll: atTop,
  notice: '',
});

/** Another page in place of the one shown. */
export const replace = (state: RunbookState, page: Page): RunbookState => ({
  ...open({ ...state, pages: state.pages.slice(0, -1) }, page),
});

/** The page before; the first page stays. */
export const close = (state: RunbookState): RunbookState =>
  state.pages.length > 1 ? { ...state, pages: state.pages.slice(0, -1), scroll: atTop, notice: '' } : state;

/** From the beginning again: nothing to come back to. */
export const startAt = (state: RunbookState, page: Page): RunbookState => ({
  ...open({ ...state, pages: [] }, page),
  choice: firstChoice,
});

export const lookAnew = (state: RunbookState): Turn => ({
  state: { ...startAt(state, { at: 'looking' }), looks: [] },
  does: [{ do: 'look' }],
});

export const isAt = (state: RunbookState, ...at: readonly Page['at'][]): boolean => at.includes(pageOf(state).at);
