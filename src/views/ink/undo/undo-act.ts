import type { Act } from '../act/act.ts';
import type { TakenBack } from './taken-back-view.tsx';
import type { WayBack } from './ways-view.tsx';

/** What an undo tells. */
export type UndoTold =
  | { readonly event: 'proposed'; readonly title: string; readonly ways: readonly WayBack[] }
  | { readonly event: 'taken-back'; readonly done: readonly TakenBack[] };

export type UndoContent = {
  /** Of the change that is taken back. */
  readonly title: string;
  readonly ways: readonly WayBack[];
  readonly done: readonly TakenBack[];
};

export const undoAct = (run: Act<UndoContent, UndoTold>['run']): Act<UndoContent, UndoTold> => ({
  title: 'Take a change back',
  about:
    'What taking it back would do, judged by what stands there now. Where somebody else changed it since, all three versions are shown, and nothing is overwritten before the namespace is typed.',
  initial: { title: '', ways: [], done: [] },
  told: (content, told) =>
    told.event === 'proposed' ? { ...content, title: told.title, ways: told.ways } : { ...content, done: told.done },
  rows: () => [],
  beginsOpen: () => true,
  isSending: ({ done }) => done.length === 0,
  onward: () => [],
  run,
});
