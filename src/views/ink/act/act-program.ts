import type { Consent } from '../../../core/consent.ts';
import { ExpectedStop } from '../../../core/failure.ts';
import type { ListRow } from '../parts/choice-list.tsx';
import type { Program } from '../terminal/program.ts';
import type { Act, ActCommand, ActEvent, ActFace, ActState } from './act.ts';
import { openingAct, updateAct } from './act-update.ts';

export type ActProgram<Content, Told> = Program<ActState<Content>, ActEvent<Told>, ActCommand>;

/** A command as a program of screens: the command runs beside, tells and asks through its face, and hears when it is to stop. */
export function actProgram<Content, Told>(act: Act<Content, Told>, now: () => Date): ActProgram<Content, Told> {
  const stop = new AbortController();
  let answer: (yes: boolean) => void = () => {};
  let pick: (id: string | undefined) => void = () => {};

  const faceOf = (send: (event: ActEvent<Told>) => void): ActFace<Told> => ({
    entered: (place) => send({ event: 'entered', place }),
    tell: (told) => send({ event: 'told', told, at: now().getTime() }),
    looked: () => send({ event: 'looked' }),
    say: (text) => send({ event: 'said', text }),
    choose: (question: string, rows: readonly ListRow[]) =>
      new Promise((resolve) => {
        pick = resolve;
        send({ event: 'choose', question, rows });
      }),
    consents: (wanted: Consent, says: string) =>
      new Promise((resolve) => {
        answer = resolve;
        send({ event: 'ask', wanted, says });
      }),
  });

  return {
    initial: openingAct(act),
    begins: [{ do: 'run' }],
    update: (state, event) => updateAct(act, state, event),
    perform: (command, send) => {
      switch (command.do) {
        case 'run':
          act.run(faceOf(send), stop.signal).then(
            () => send({ event: 'ended' }),
            (error: unknown) => send(failed(error)),
          );
          return;
        case 'stop':
          return stop.abort(new ExpectedStop('interrupted', 'Interrupted.'));
        case 'answer':
          return answer(command.yes);
        case 'pick':
          return pick(command.id);
      }
    },
    isOver: ({ over }) => over !== undefined,
    // A key pressed out of impatience must not agree to what the next screen asks.
    holdsKeys: () => false,
    asks: ({ phase, asking }) => (phase === 'asking' ? asking : undefined),
  };
}

const failed = (error: unknown) =>
  ({
    event: 'failed',
    message: error instanceof Error ? error.message : String(error),
    next: error instanceof ExpectedStop ? error.next : [],
    declined: error instanceof ExpectedStop && error.reason === 'operator-said-no',
  }) as const;
