import { ExpectedStop } from '../../../core/failure.ts';
import { laidOut } from '../parts/scroll.ts';
import type { Input, Program } from '../terminal/program.ts';
import { onEvent } from './on-event.ts';
import { onKey, onPaste } from './on-key.ts';
import type { Proposal, RunbookProps } from './props.ts';
import { openingState, type Page, pageOf, type RunbookCommand, type RunbookEvent, type RunbookState } from './state.ts';
import { stay, type Turn } from './turn-page.ts';

type RunbookProgram = Program<RunbookState, RunbookEvent, RunbookCommand>;

/** How long a runbook that only waits rests before it looks again by itself. */
export const restMs = 10_000;

export function updateRunbook(state: RunbookState, event: RunbookEvent | Input): Turn {
  switch (event.event) {
    case 'key':
      return onKey(state, event.key);
    case 'pasted':
      return onPaste(state, event.text);
    case 'measured':
      return stay(laidOut(state, event.measured));
    default:
      return onEvent(state, event);
  }
}

/** The runbook's screens as a program. `copy` writes to the terminal's clipboard. */
export function runbookProgram(props: RunbookProps, copy: (text: string) => void): RunbookProgram {
  const { title, describes, ground } = props;
  const initial = openingState({
    title,
    describes,
    ground,
    mayMend: props.mend !== undefined,
    mayUndo: props.undo !== undefined,
    isPractice: props.isPractice ?? false,
    hasOthers: props.others !== undefined,
  });
  return {
    initial,
    begins: [{ do: 'look' }],
    update: updateRunbook,
    perform: performer(props, copy),
    isOver: ({ over }) => over !== undefined,
    // A key pressed out of impatience must not agree to what the next screen asks.
    holdsKeys: () => false,
    asks: (state) => questionOn(pageOf(state)),
  };
}

/** What would be changed, as it is shown; its field changes with every letter. */
const questionOn = (page: Page): unknown =>
  page.at === 'before' ? page.proposal : page.at === 'before-undo' ? page.ways : undefined;

function performer(props: RunbookProps, copy: (text: string) => void): RunbookProgram['perform'] {
  let answer: ((yes: boolean) => void) | undefined;
  let watching = new AbortController();
  let seen: Parameters<RunbookProps['save']>[0] | undefined;
  let rest: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  let mending: Promise<void> = Promise.resolve();

  return (command, send) => {
    const failing = (work: Promise<void>): void => {
      work.catch((error: unknown) => {
        const next = error instanceof ExpectedStop ? error.next : [];
        send({ event: 'failed', message: error instanceof Error ? error.message : String(error), next });
      });
    };
    const look = async (): Promise<void> => {
      clearTimeout(rest);
      const diagnosis = await props.look((name, ok) => send({ event: 'looked', name, ok }));
      seen = diagnosis;
      send({ event: 'diagnosed', diagnosis });
    };
    const mend = async (remedyId: string, isLast: () => boolean): Promise<void> => {
      watching = new AbortController();
      const consent = (_: Proposal) =>
        new Promise<boolean>((resolve) => {
          answer = resolve;
        });
      const mended = await props.mend?.(
        remedyId,
        consent,
        (of) => send({ event: 'mend', of, at: props.now().getTime() }),
        watching.signal,
      );
      // Where another was asked for meanwhile, the end of this one says nothing of it.
      if (!mended || !isLast()) return;
      seen = mended.diagnosis;
      send({ event: 'mended', mended });
    };
    switch (command.do) {
      case 'look':
        return failing(look());
      case 'look-later':
        clearTimeout(rest);
        rest = setTimeout(() => failing(look()), restMs);
        // Whoever has left does not wait for it.
        rest.unref();
        return;
      case 'mend': {
        const place = ++asked;
        // One after the other: the one that was left may still hold the lock.
        mending = mending.catch(() => undefined).then(() => mend(command.remedyId, () => place === asked));
        return failing(mending);
      }
      case 'consent':
        // The question may come a moment after the answer to it: the proposal is told before consent is asked for.
        queueMicrotask(() => answer?.(command.yes));
        return;
      case 'stop-watching':
        return watching.abort(new ExpectedStop('interrupted', 'Left while it was watched.'));
      case 'look-back':
        return failing(
          Promise.resolve(props.undo?.ways(command.id)).then((ways) =>
            send({ event: 'ways-back', id: command.id, ways: ways ?? [] }),
          ),
        );
      case 'take-back':
        return failing(
          Promise.resolve(props.undo?.take(command.id)).then((done) => send({ event: 'taken-back', done: done ?? [] })),
        );
      case 'ask-others':
        if (props.others) send({ event: 'next-turn', turn: props.others.next() });
        return;
      case 'let-others':
        props.others?.play();
        return failing(look());
      case 'save':
        if (seen) failing(props.save(seen).then((path) => send({ event: 'saved', path })));
        return;
      case 'report':
        send({ event: 'reported', text: props.report(command.before, command.after, command.remediation) });
        return;
      case 'keep-report':
        return failing(props.keepReport(command.text).then((path) => send({ event: 'report-kept', path })));
      case 'copy':
        return copy(command.text);
    }
  };
}
