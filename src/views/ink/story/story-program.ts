import { type ActiveKey, pressed } from '../keys.ts';
import { atTop, laidOut, type Scroll, scrolledBy } from '../parts/scroll.ts';
import type { Input, Program, Step } from '../terminal/program.ts';

/** One page to be read before it goes on. */
export type StoryFacts = {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** What Enter does: `begin`. */
  readonly goesOn: string;
  /** Right in the first band: how far along. */
  readonly corner: string;
};

export type StoryState = {
  readonly facts: StoryFacts;
  readonly scroll: Scroll;
  readonly over: 'go-on' | 'quit' | 'interrupted' | undefined;
};

export const storyKeys = ({ facts }: StoryState): readonly ActiveKey[] => [
  { key: 'enter', says: facts.goesOn },
  'scroll',
  'page',
  'quit',
  { key: 'leave', says: 'leave' },
];

function updateStory(state: StoryState, event: Input): Step<StoryState, never> {
  if (event.event === 'pasted') return { state };
  if (event.event === 'measured') return { state: laidOut(state, event.measured) };
  switch (pressed(event.key, storyKeys(state))) {
    case 'enter':
      return { state: { ...state, over: 'go-on' } };
    case 'quit':
      return { state: { ...state, over: 'quit' } };
    case 'leave':
      return { state: { ...state, over: 'interrupted' } };
    case 'scroll':
    case 'page':
      return { state: { ...state, scroll: scrolledBy(state.scroll, event.key.name) ?? state.scroll } };
    default:
      return { state };
  }
}

export const storyProgram = (facts: StoryFacts): Program<StoryState, never, never> => ({
  initial: { facts, scroll: atTop, over: undefined },
  begins: [],
  update: updateStory,
  perform: () => {},
  isOver: ({ over }) => over !== undefined,
  holdsKeys: () => false,
});
