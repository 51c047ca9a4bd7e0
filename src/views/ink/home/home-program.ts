import type { Mark } from '../glyphs.ts';
import { type ActiveKey, pressed } from '../keys.ts';
import { type Choice, chooseBy, firstChoice } from '../parts/choice.ts';
import { atTop, following, laidOut, type Scroll, scrolledBy } from '../parts/scroll.ts';
import type { Key } from '../terminal/key.ts';
import type { Input, Program, Step } from '../terminal/program.ts';

type EnvironmentName = 'staging' | 'production';

/** An environment as far as this machine remembers it; nothing is looked at for this. */
export type EnvironmentLine = {
  readonly name: EnvironmentName;
  readonly namespace: string;
  readonly context: string;
  readonly mark: Mark;
  readonly says: string;
};

export type HomeFacts = {
  readonly profile: string | undefined;
  readonly environments: readonly EnvironmentLine[];
  readonly rows: readonly { readonly id: string; readonly title: string; readonly aside: string }[];
};

export type HomeState = {
  readonly facts: HomeFacts;
  readonly environment: EnvironmentName | undefined;
  readonly choice: Choice;
  readonly scroll: Scroll;
  readonly help: boolean;
  /** The row that was chosen, or that nothing was. */
  readonly over: string | undefined;
};

export function homeKeys({ facts, help }: HomeState): readonly ActiveKey[] {
  if (help) return ['back', 'scroll', 'page', 'quit', 'help'];
  const others: readonly ActiveKey[] = facts.environments.length > 1 ? ['environment'] : [];
  return ['choose', 'page', { key: 'enter', says: 'open' }, ...others, 'quit', 'help'];
}

function updateHome(state: HomeState, event: Input): Step<HomeState, never> {
  switch (event.event) {
    case 'key':
      return { state: onKey(state, event.key) };
    case 'measured':
      return { state: laidOut(state, event.measured) };
    case 'pasted':
      return { state };
  }
}

function onKey(state: HomeState, key: Key): HomeState {
  const titles = state.facts.rows.map(({ title }) => title);
  const choice = state.help ? undefined : chooseBy(state.choice, key, titles, { letters: true });
  if (choice) return { ...state, choice, scroll: following(state.scroll) };
  switch (pressed(key, homeKeys(state))) {
    case 'enter':
      return { ...state, over: state.facts.rows[state.choice.selected]?.id };
    case 'environment':
      return { ...state, environment: state.environment === 'staging' ? 'production' : 'staging' };
    case 'help':
    case 'back':
      return { ...state, help: !state.help, scroll: atTop };
    case 'scroll':
    case 'page':
      return { ...state, scroll: scrolledBy(state.scroll, key.name) ?? state.scroll };
    case 'quit':
      return { ...state, over: 'quit' };
    case 'leave':
      return { ...state, over: 'interrupted' };
    default:
      return state;
  }
}

export const homeProgram = (facts: HomeFacts): Program<HomeState, never, never> => ({
  initial: {
    facts,
    environment: facts.environments[0]?.name,
    choice: firstChoice,
    scroll: atTop,
    help: false,
    over: undefined,
  },
  begins: [],
  update: updateHome,
  perform: () => {},
  isOver: ({ over }) => over !== undefined,
  holdsKeys: () => false,
});
