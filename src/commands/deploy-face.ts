import type { Invocation } from '../cli/invocation.ts';
import type { Consent } from '../core/consent.ts';
import type { AppliedSet } from '../core/deploy/applied-set.ts';
import type { Io } from '../core/outside/io.ts';
import type { DeployReport } from '../core/report/deploy-report.ts';
import type { DeployEvent } from '../core/setup/event.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';
import { consentByLine } from '../views/plain/choose-remedy.ts';
import { deployEnd, deployLine, proposalLines, setLines } from '../views/plain/deploy-lines.ts';
import { printDocument } from './document.ts';
import type { Place } from './place.ts';

export type Shown = Pick<DeployReport, 'changes' | 'unchanged' | 'takeovers' | 'blocked' | 'leftovers' | 'remarks'>;

/** Where a rollback may go: to an applied set, or the pods alone to a revision of the Deployment. */
export type WayBack = { readonly set: AppliedSet } | { readonly revision: number; readonly image: string };

/** Who shows diff, deploy and rollback, and asks: lines, a document, or screens. */
export type DeployFace = {
  readonly entered: (place: Place) => void;
  /** What is about to be compared or brought in, and what that changes. */
  readonly proposed: (heading: string, shown: Shown, prune: boolean) => void;
  readonly sets: (sets: readonly AppliedSet[]) => void;
  /** Absent where nobody chooses from a list: then it is the set before the last. Undefined where the operator went back. */
  readonly choose?: (ways: readonly WayBack[]) => Promise<WayBack | undefined>;
  readonly consents: (wanted: Consent) => Promise<boolean>;
  readonly tell: (event: DeployEvent) => void;
  readonly ended: (report: DeployReport) => void;
};

/** Lines: what leads up to it on standard error, what it came to on standard output. What diff shows is what it came to. */
export const lineFace = (io: Io, command: string): DeployFace => ({
  entered: () => {},
  proposed: (heading, shown, prune) => {
    const say = command === 'diff' ? io.out : io.err;
    say(`${heading === '' ? '' : `${heading}\n`}${proposalLines(shown, prune)}`);
  },
  sets: (sets) => io.err(`${setLines(sets)}\n`),
  consents: (wanted) => consentByLine(wanted, lineQuestions(io.signal)),
  tell: (event) => io.err(deployLine(event)),
  ended: (report) => io.out(deployEnd(report)),
});

/** One document; beside it nothing but that the clock is off, by which it was not judged. Nobody is asked. */
export const documentFace = (io: Io, { options }: Invocation): DeployFace => ({
  entered: () => {},
  proposed: () => {},
  sets: () => {},
  consents: async () => false,
  tell: (event) => {
    if (event.event === 'clock-off-found') io.err(deployLine(event));
  },
  ended: (report) => printDocument(io, options.output, report),
});
