import type { Ground } from '../../../core/consent.ts';
import type { Diagnosis, Finding } from '../../../core/diagnosis.ts';
import type { Remedy } from '../../../core/remedy.ts';
import type { ReportTarget } from '../../../core/report/parts.ts';
import type { Remediation } from '../../../core/report/runbook-report.ts';
import { type Choice, firstChoice } from '../parts/choice.ts';
import { atTop, type Scroll } from '../parts/scroll.ts';
import type { TextField } from '../parts/text-field.ts';
import type { MendEvent, Mended, NextTurn, Proposal, TakenBack, WayBack } from './props.ts';

/** Everything the screens of a runbook can be. */
export type Page =
  | { readonly at: 'looking' }
  | { readonly at: 'verdict' }
  | { readonly at: 'evidence' | 'ruled-out' | 'message' }
  | { readonly at: 'by-hand'; readonly remedy: Remedy }
  /** The incident in Markdown. */
  | { readonly at: 'report'; readonly text: string }
  /** The dry run is under way. */
  | { readonly at: 'trying'; readonly remedy: Remedy }
  | { readonly at: 'before'; readonly proposal: Proposal; readonly field: TextField; readonly problem: string }
  | { readonly at: 'refused'; readonly proposal: Proposal }
  | { readonly at: 'doing' | 'after' }
  /** What somebody else does next in a practised story. */
  | { readonly at: 'others'; readonly turn: NextTurn }
  | { readonly at: 'looking-back'; readonly id: string }
  | {
      readonly at: 'before-undo';
      readonly id: string;
      readonly ways: readonly WayBack[];
      readonly field: TextField;
      readonly problem: string;
    }
  | { readonly at: 'undoing' }
  | { readonly at: 'undone'; readonly done: readonly TakenBack[] }
  | { readonly at: 'stopped'; readonly message: string; readonly next: readonly string[] };

/** One thing that was done or seen since the change, and how long after it. */
export type MendStep = { readonly text: string; readonly ok: boolean; readonly after: number };

/** A mending under way or done. */
export type Mending = {
  readonly proposal: Proposal;
  /** What was seen before it. */
  readonly before: Diagnosis;
  readonly begunAt: number;
  readonly steps: readonly MendStep[];
  readonly until: Date | undefined;
  readonly remediation: Remediation | null;
};

export type RunbookState = {
  readonly facts: Facts;
  /** The last one is shown; `esc` takes it away. */
  readonly pages: readonly Page[];
  readonly looks: readonly { readonly name: string; readonly ok: boolean }[];
  readonly diagnosis: Diagnosis | undefined;
  readonly mending: Mending | undefined;
  readonly takenBack: readonly TakenBack[];
  readonly choice: Choice;
  readonly scroll: Scroll;
  readonly help: boolean;
  /** One line about what a key just did. */
  readonly notice: string;
  readonly over: 'quit' | 'interrupted' | undefined;
};

/** What does not change while the screens are open. */
export type Facts = {
  readonly title: string;
  readonly describes: ReportTarget;
  readonly ground: Ground;
  readonly mayMend: boolean;
  readonly mayUndo: boolean;
  readonly isPractice: boolean;
  /** Somebody else has a part in it, and can be let do it. */
  readonly hasOthers: boolean;
};

export type RunbookEvent =
  | { readonly event: 'looked'; readonly name: string; readonly ok: boolean }
  | { readonly event: 'diagnosed'; readonly diagnosis: Diagnosis }
  | { readonly event: 'mend'; readonly of: MendEvent; readonly at: number }
  | { readonly event: 'mended'; readonly mended: Mended }
  | { readonly event: 'ways-back'; readonly id: string; readonly ways: readonly WayBack[] }
  | { readonly event: 'taken-back'; readonly done: readonly TakenBack[] }
  | { readonly event: 'next-turn'; readonly turn: NextTurn }
  | { readonly event: 'saved'; readonly path: string }
  | { readonly event: 'reported'; readonly text: string }
  | { readonly event: 'report-kept'; readonly path: string }
  | { readonly event: 'failed'; readonly message: string; readonly next: readonly string[] };

export type RunbookCommand =
  | { readonly do: 'look' }
  | { readonly do: 'look-later' }
  | { readonly do: 'mend'; readonly remedyId: string }
  | { readonly do: 'consent'; readonly yes: boolean }
  | { readonly do: 'stop-watching' }
  | { readonly do: 'look-back' | 'take-back'; readonly id: string }
  | { readonly do: 'ask-others' | 'let-others' }
  | { readonly do: 'save' }
  | {
      readonly do: 'report';
      readonly before: Diagnosis;
      readonly after: Diagnosis;
      readonly remediation: Remediation | null;
    }
  | { readonly do: 'keep-report'; readonly text: string }
  | { readonly do: 'copy'; readonly text: string };

export const openingState = (facts: Facts): RunbookState => ({
  facts,
  pages: [{ at: 'looking' }],
  looks: [],
  diagnosis: undefined,
  mending: undefined,
  takenBack: [],
  choice: firstChoice,
  scroll: atTop,
  help: false,
  notice: '',
  over: undefined,
});

export const pageOf = ({ pages }: RunbookState): Page => pages.at(-1) ?? { at: 'looking' };

export type Offer = { readonly finding: Finding; readonly remedy: Remedy };

/** What may be chosen: the remedies of the roots; without a root, of whatever was found. */
export function offersOf(diagnosis: Diagnosis | undefined): readonly Offer[] {
  const roots = diagnosis?.findings.filter(({ root }) => root) ?? [];
  const about = roots.length > 0 ? roots : (diagnosis?.findings ?? []);
  return about.flatMap((finding) => finding.remedies.map((remedy) => ({ finding, remedy })));
}

/** Whether this tool does it here, or says how it is done by hand. */
export const isDoable = ({ facts }: RunbookState, remedy: Remedy): boolean =>
  facts.mayMend && remedy.automatic === 'yes' && remedy.blockedBy === null && remedy.risk !== 'high';

/** The finding that the message and the evidence are about. */
export const leadFinding = (diagnosis: Diagnosis | undefined): Finding | undefined => diagnosis?.findings[0];
