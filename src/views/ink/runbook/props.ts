import type { Change } from '../../../core/change.ts';
import type { Ground } from '../../../core/consent.ts';
import type { Diagnosis, Finding, Runbook } from '../../../core/diagnosis.ts';
import type { ObjectRef } from '../../../core/kubernetes/object.ts';
import type { Sent } from '../../../core/outside/cluster-writer.ts';
import type { Remedy } from '../../../core/remedy.ts';
import type { ReportTarget } from '../../../core/report/parts.ts';
import type { Remediation } from '../../../core/report/runbook-report.ts';
import type { Terminal } from '../terminal/open-screens.tsx';
import type { TakenBack } from '../undo/taken-back-view.tsx';
import type { WayBack } from '../undo/ways-view.tsx';

export type { TakenBack, WayBack };

/** A remedy as the server agreed to it, or not, in a dry run. */
export type Proposal = {
  readonly finding: Finding;
  readonly remedy: Remedy;
  readonly dryRun: readonly { readonly change: Change; readonly sent: Sent }[];
};

export type MendEvent =
  | { readonly event: 'proposed'; readonly proposal: Proposal }
  | { readonly event: 'change-sent'; readonly change: Change; readonly sent: Sent }
  | { readonly event: 'looked-again'; readonly diagnosis: Diagnosis; readonly until: Date }
  | { readonly event: 'ended'; readonly remediation: Remediation };

export type Mended = { readonly diagnosis: Diagnosis; readonly remediation: Remediation | null };

/** Whose turn it is in a practised story. */
export type NextTurn =
  | { readonly whose: 'others'; readonly says: string; readonly isTime: boolean }
  | { readonly whose: 'yours'; readonly remedy: string }
  | { readonly whose: 'nobodys' };

export type Others = { readonly next: () => NextTurn; readonly play: () => void };

/** What the screens of a runbook need. They ask for everything and do nothing themselves. */
export type RunbookProps = {
  /** The cluster lives in this process and goes with it. */
  readonly isPractice?: boolean | undefined;
  /** `Certificate stuck`. */
  readonly title: string;
  readonly runbook: Runbook['name'];
  readonly target: ObjectRef;
  readonly describes: ReportTarget;
  readonly ground: Ground;
  readonly look: (onLook: (name: string, ok: boolean) => void) => Promise<Diagnosis>;
  /** Absent where there is only evidence to look at. `consent` is asked once for each proposal; the signal ends the watching. */
  readonly mend:
    | ((
        remedyId: string,
        consent: (proposal: Proposal) => Promise<boolean>,
        emit: (event: MendEvent) => void,
        signal: AbortSignal,
      ) => Promise<Mended>)
    | undefined;
  /** Absent where nothing can be taken back from here. `ways` changes nothing. */
  readonly undo:
    | {
        readonly ways: (id: string) => Promise<readonly WayBack[]>;
        /** As it was shown last, and agreed to: over what others wrote since, too. */
        readonly take: (id: string) => Promise<readonly TakenBack[]>;
      }
    | undefined;
  /** In practice: what somebody else does next in the story. */
  readonly others?: Others | undefined;
  /** Keeps the evidence of what was seen last, and answers the file's path. */
  readonly save: (diagnosis: Diagnosis) => Promise<string>;
  /** The incident in Markdown; `keepReport` writes it down and answers the file's path. */
  readonly report: (before: Diagnosis, after: Diagnosis, remediation: Remediation | null) => string;
  readonly keepReport: (text: string) => Promise<string>;
  readonly now: () => Date;
  /** Prints on the ordinary screen once the terminal is back in order. */
  readonly say: (text: string) => void;
  readonly terminal: Terminal;
};

/** How the operator left, and what state things are in. */
export type RunbookLeft = {
  readonly how: 'quit' | 'interrupted';
  readonly diagnosis: Diagnosis | undefined;
  readonly remediation: Remediation | null;
  /** One line; already said where the operator quit. */
  readonly summary: string;
};
