import { clockLine } from '../../../core/clock-offset.ts';
import { ExpectedStop } from '../../../core/failure.ts';
import { otherRunLine } from '../../../core/other-run.ts';
import type { SetupEvent } from '../../../core/setup/event.ts';
import type { Ending, Journey } from '../../../core/setup/state.ts';
import { chosen } from '../parts/choice.ts';
import { atTop, following, laidOut } from '../parts/scroll.ts';
import { emptyField, fieldWith } from '../parts/text-field.ts';
import type { Input, Program } from '../terminal/program.ts';
import { onKey, onPaste, type Turn } from './on-key.ts';
import type { SetupProps } from './props.ts';
import {
  choicesOf,
  openingState,
  type Remark,
  type SetupCommand,
  type SetupScreenEvent,
  type SetupState,
  workOn,
} from './state.ts';

export type SetupProgram = Program<SetupState, SetupScreenEvent, SetupCommand>;

function updateSetup(state: SetupState, event: SetupScreenEvent | Input): Turn {
  switch (event.event) {
    case 'key':
      return onKey(state, event.key);
    case 'pasted':
      return onPaste(state, event.text);
    case 'measured':
      return { state: laidOut(state, event.measured) };
    case 'asked':
      return { state: asked(state, event) };
    case 'told':
      return { state: told(state, event.of, event.at) };
    case 'finished': {
      const ended: SetupState = {
        ...state,
        journey: event.journey,
        page: { at: 'ended', ending: event.ending },
        scroll: atTop,
      };
      // Who has left does not want to read that he left.
      return { state: { ...ended, isOver: state.isLeaving } };
    }
    case 'broke':
      return { state: { ...state, isOver: true } };
  }
}

function asked(
  state: SetupState,
  { question, problem, journey }: Extract<SetupScreenEvent, { event: 'asked' }>,
): SetupState {
  const place = choicesOf(question).findIndex(({ value }) => value === question.default);
  const field = problem === undefined ? emptyField : fieldWith(state.typed);
  return {
    ...state,
    journey,
    step: question.step,
    page: { at: 'asking', question, problem, field, choice: chosen(place) },
    scroll: problem === undefined ? atTop : following(atTop),
    help: false,
  };
}

function told(state: SetupState, event: SetupEvent, at: number): SetupState {
  switch (event.event) {
    case 'step-reached':
      return { ...state, step: event.step, journey: event.journey };
    case 'answer-taken':
      return { ...state, remarks: [...state.remarks, ...event.remarks.map(worthALook)] };
    case 'cut-off-found':
    case 'other-run-found':
      return { ...state, remarks: [...state.remarks, worthALook(otherRunLine(event))] };
    case 'clock-off-found':
      return { ...state, remarks: [...state.remarks, worthALook(clockLine(event.aheadMs))] };
    case 'tree-written':
      return { ...state, remarks: [...state.remarks, { mark: 'good', text: writtenWords(event) }] };
    case 'work-started':
      return { ...state, step: event.step, page: { at: 'working', work: workOn(event.what, at) }, scroll: atTop };
    case 'work-ended':
      return { ...state, journey: event.journey };
    case 'change-sent': {
      const { object, ok, detail } = event;
      return working(state, (work) => ({ ...work, sent: [...work.sent, { object, ok, detail }] }));
    }
    case 'waiting-changed':
      return working(state, (work) => ({ ...work, reasons: event.reasons }));
    case 'setup-ended':
      return { ...state, journey: event.journey };
    // Set-up says itself when it verifies.
    case 'verifying':
      return state;
  }
}

const worthALook = (text: string): Remark => ({ mark: 'look', text });

/** A whole new tree is counted; of a few files each is named. */
function writtenWords({ folder, files }: Extract<SetupEvent, { event: 'tree-written' }>): string {
  return files.length > 3 ? `${files.length} files written to ${folder}` : `Written to ${folder}: ${files.join(', ')}`;
}

type Working = Extract<SetupState['page'], { at: 'working' }>['work'];

function working(state: SetupState, change: (work: Working) => Working): SetupState {
  if (state.page.at !== 'working') return state;
  return { ...state, page: { at: 'working', work: change(state.page.work) }, scroll: following(state.scroll) };
}

/** What set-up came to, for whoever opened the screens. */
export type Outcome<Result> = { result: Result | undefined; error: unknown };

export function setupProgram<Result extends { readonly journey: Journey; readonly ending: Ending }>(
  { run, now, isPractice }: SetupProps<Result>,
  outcome: Outcome<Result>,
): SetupProgram {
  const stopping = new AbortController();
  let answer: ((reply: Extract<SetupCommand, { do: 'reply' }>['reply']) => void) | undefined;

  return {
    initial: openingState(now(), isPractice),
    begins: [{ do: 'run' }],
    update: updateSetup,
    isOver: ({ isOver }) => isOver,
    holdsKeys: ({ page }) => page.at === 'working',
    asks: ({ page }) => (page.at === 'asking' && page.question.consent ? page.question : undefined),
    perform: (command, send) => {
      switch (command.do) {
        case 'run': {
          const face = {
            ask: (question, problem, journey) =>
              new Promise((resolve) => {
                answer = resolve;
                send({ event: 'asked', question, problem, journey });
              }),
            emit: (of) => send({ event: 'told', of, at: now().getTime() }),
          } satisfies Parameters<typeof run>[0];
          run(face, stopping.signal).then(
            (result) => {
              outcome.result = result;
              send({ event: 'finished', ending: result.ending, journey: result.journey });
            },
            (error: unknown) => {
              outcome.error = error;
              send({ event: 'broke' });
            },
          );
          return;
        }
        case 'reply':
          answer?.(command.reply);
          return;
        case 'interrupt':
          stopping.abort(interrupted());
      }
    },
  };
}

export const interrupted = (): ExpectedStop =>
  new ExpectedStop('interrupted', 'Interrupted. Everything answered and applied is kept.', [
    'Go on: orion-setup setup',
  ]);
