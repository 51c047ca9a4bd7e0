import type { SetupEvent } from '../../../core/setup/event.ts';
import { type Question, type StepName, stepNames } from '../../../core/setup/question.ts';
import type { Reply } from '../../../core/setup/reply.ts';
import type { Ending, Journey } from '../../../core/setup/state.ts';
import type { Mark } from '../glyphs.ts';
import type { Choice } from '../parts/choice.ts';
import { atTop, type Scroll } from '../parts/scroll.ts';
import type { TextField } from '../parts/text-field.ts';

/** Everything the screens of set-up can be. */
export type SetupPage =
  | { readonly at: 'working'; readonly work: Work }
  | {
      readonly at: 'asking';
      readonly question: Question;
      readonly problem: string | undefined;
      readonly field: TextField;
      readonly choice: Choice;
    }
  /** Which step to answer again. */
  | { readonly at: 'steps'; readonly under: SetupPage; readonly choice: Choice }
  | { readonly at: 'ended'; readonly ending: Ending };

/** What is being looked at or done. */
export type Work = {
  readonly what: string;
  readonly since: number;
  readonly sent: readonly { readonly object: string; readonly ok: boolean; readonly detail: string }[];
  /** Why it is not ready yet: these change. */
  readonly reasons: readonly string[];
};

/** What is worth telling before the next question. */
export type Remark = { readonly mark: Mark; readonly text: string };

export type SetupState = {
  readonly isPractice: boolean;
  readonly page: SetupPage;
  readonly journey: Journey | undefined;
  readonly step: StepName;
  /** What was typed last, to be mended where it was wrong; of a secret nothing. */
  readonly typed: string;
  /** About the answer before, and what an earlier run left. */
  readonly remarks: readonly Remark[];
  readonly scroll: Scroll;
  readonly help: boolean;
  readonly notice: string;
  readonly isLeaving: boolean;
  readonly isOver: boolean;
};

export type SetupScreenEvent =
  | {
      readonly event: 'asked';
      readonly question: Question;
      readonly problem: string | undefined;
      readonly journey: Journey;
    }
  | { readonly event: 'told'; readonly of: SetupEvent; readonly at: number }
  | { readonly event: 'finished'; readonly ending: Ending; readonly journey: Journey }
  | { readonly event: 'broke' };

export type SetupCommand =
  | { readonly do: 'run' }
  | { readonly do: 'reply'; readonly reply: Reply }
  | { readonly do: 'interrupt' };

export const openingState = (now: Date, isPractice = false): SetupState => ({
  isPractice,
  page: { at: 'working', work: workOn('look-machine', now.getTime()) },
  journey: undefined,
  step: 'prerequisites',
  typed: '',
  remarks: [],
  scroll: atTop,
  help: false,
  notice: '',
  isLeaving: false,
  isOver: false,
});

export const workOn = (what: string, since: number): Work => ({ what, since, sent: [], reasons: [] });

/** The steps that this run is about. */
export const stepsIn = ({ journey }: SetupState): readonly StepName[] => {
  const { environments } = journey?.wants ?? { environments: ['staging', 'production'] };
  return stepNames.filter(
    (name) =>
      (name !== 'production' || environments.includes('production')) &&
      ((name !== 'staging' && name !== 'gate') || environments.includes('staging')),
  );
};

/** Steps that were answered and can be answered again, in their order. */
export const answeredSteps = ({ journey }: SetupState): readonly StepName[] =>
  stepNames.filter((name) => journey?.given.some(({ step, passing }) => step === name && !passing));

/** What can be chosen from: the question's own choices, or yes and no. */
export function choicesOf({
  kind,
  choices,
}: Question): readonly { readonly value: string; readonly title: string; readonly note?: string }[] {
  if (kind !== 'yes-no') return kind === 'choose' ? choices : [];
  return [
    { value: 'yes', title: 'Yes' },
    { value: 'no', title: 'No, change nothing' },
  ];
}
