import { ExpectedStop } from '../../../core/failure.ts';
import type { VerifyReport } from '../../../core/report/verify-report.ts';
import { type ActiveKey, pressed } from '../keys.ts';
import { type Choice, chooseBy, firstChoice } from '../parts/choice.ts';
import { atTop, following, laidOut, type Scroll, scrolledBy } from '../parts/scroll.ts';
import type { Key } from '../terminal/key.ts';
import type { Input, Program, Step } from '../terminal/program.ts';

export type VerifyFacts = {
  readonly title: string;
  /** Told after each look, so that a slow one can be seen to be slow. */
  readonly look: (onLook: (name: string) => void) => Promise<VerifyReport>;
};

export type VerifyState = {
  readonly title: string;
  /** The last report; undefined until the first is there. */
  readonly report: VerifyReport | undefined;
  /** How many things were looked at, while it looks. */
  readonly looking: number | undefined;
  readonly failure: { readonly message: string; readonly next: readonly string[] } | undefined;
  readonly choice: Choice;
  readonly scroll: Scroll;
  readonly help: boolean;
  readonly over: 'quit' | 'interrupted' | { readonly runbook: string } | undefined;
};

export type VerifyEvent =
  | { readonly event: 'looked' }
  | { readonly event: 'verified'; readonly report: VerifyReport }
  | { readonly event: 'failed'; readonly message: string; readonly next: readonly string[] };

type Command = { readonly do: 'look' };
type Turn = Step<VerifyState, Command>;

/** The point that the pointer is on. */
const chosenPoint = ({ report, choice }: VerifyState): VerifyReport['points'][number] | undefined =>
  report?.points[choice.selected];

const runbookOf = (state: VerifyState): string | undefined => chosenPoint(state)?.mend?.runbook ?? undefined;

export function verifyKeys(state: VerifyState): readonly ActiveKey[] {
  if (state.help) return ['back', 'scroll', 'page', 'quit', 'help'];
  if (!state.report) return ['quit', 'help'];
  const opens: readonly ActiveKey[] =
    runbookOf(state) === undefined ? [] : [{ key: 'enter', says: 'open its runbook' }, 'runbook'];
  return ['choose', 'page', ...opens, 'look', 'quit', 'help'];
}

function updateVerify(state: VerifyState, event: VerifyEvent | Input): Turn {
  switch (event.event) {
    case 'looked':
      return { state: { ...state, looking: (state.looking ?? 0) + 1 } };
    case 'verified':
      return { state: withReport(state, event.report) };
    case 'failed':
      return { state: { ...state, looking: undefined, failure: { message: event.message, next: event.next } } };
    case 'measured':
      return { state: laidOut(state, event.measured) };
    case 'pasted':
      return { state };
    case 'key':
      return onKey(state, event.key);
  }
}

/** The pointer begins at the first point that is not green, and stays where it was when it is looked at again. */
function withReport(state: VerifyState, report: VerifyReport): VerifyState {
  const open = report.points.findIndex((point) => point.state !== 'passed');
  const choice = state.report || open < 0 ? state.choice : { ...state.choice, selected: open };
  return { ...state, report, looking: undefined, failure: undefined, choice, scroll: following(state.scroll) };
}

function onKey(state: VerifyState, key: Key): Turn {
  const titles = state.report?.points.map(({ title }) => title) ?? [];
  const choice =
    state.help || titles.length === 0 ? undefined : chooseBy(state.choice, key, titles, { letters: false });
  if (choice) return { state: { ...state, choice, scroll: following(state.scroll) } };
  switch (pressed(key, verifyKeys(state))) {
    case 'enter':
    case 'runbook': {
      const runbook = runbookOf(state);
      return { state: runbook === undefined ? state : { ...state, over: { runbook } } };
    }
    case 'look':
      return state.looking === undefined ? { state: { ...state, looking: 0 }, does: [{ do: 'look' }] } : { state };
    case 'help':
    case 'back':
      return { state: { ...state, help: !state.help, scroll: atTop } };
    case 'scroll':
    case 'page':
      return { state: { ...state, scroll: scrolledBy(state.scroll, key.name) ?? state.scroll } };
    case 'quit':
      return { state: { ...state, over: 'quit' } };
    case 'leave':
      return { state: { ...state, over: 'interrupted' } };
    default:
      return { state };
  }
}

export const verifyProgram = ({ title, look }: VerifyFacts): Program<VerifyState, VerifyEvent, Command> => ({
  initial: {
    title,
    report: undefined,
    looking: 0,
    failure: undefined,
    choice: firstChoice,
    scroll: atTop,
    help: false,
    over: undefined,
  },
  begins: [{ do: 'look' }],
  update: updateVerify,
  perform: (_, send) => {
    look(() => send({ event: 'looked' })).then(
      (report) => send({ event: 'verified', report }),
      (error: unknown) =>
        send({
          event: 'failed',
          message: error instanceof Error ? error.message : String(error),
          next: error instanceof ExpectedStop ? error.next : [],
        }),
    );
  },
  isOver: ({ over }) => over !== undefined,
  holdsKeys: () => false,
});
