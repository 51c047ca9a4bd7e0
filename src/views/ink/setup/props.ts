import type { SetupEvent } from '../../../core/setup/event.ts';
import type { Question } from '../../../core/setup/question.ts';
import type { Reply } from '../../../core/setup/reply.ts';
import type { Ending, Journey } from '../../../core/setup/state.ts';
import type { Terminal } from '../terminal/open-screens.tsx';

/** The face that set-up asks and tells: what the engine knows of these screens. */
export type SetupFace = {
  readonly ask: (question: Question, problem: string | undefined, journey: Journey) => Promise<Reply>;
  readonly emit: (event: SetupEvent) => void;
};

export type SetupProps<Result extends { readonly journey: Journey; readonly ending: Ending }> = {
  /** Runs set-up by this face until its end. The signal stops it where the operator leaves while something is done. */
  readonly run: (face: SetupFace, signal: AbortSignal) => Promise<Result>;
  /** The cluster lives in this process and goes with it: nothing is kept, and afterwards the tour goes on. */
  readonly isPractice?: boolean;
  readonly now: () => Date;
  readonly terminal: Terminal;
};
