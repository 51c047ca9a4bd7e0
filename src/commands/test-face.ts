import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { Consent } from '../core/consent.ts';
import type { Io } from '../core/outside/io.ts';
import type { DrainEvent } from '../core/procedures/drain-event.ts';
import type { DrainPlan } from '../core/procedures/drain-plan.ts';
import type { Findings, TestReport } from '../core/report/test-report.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';
import { consentByLine } from '../views/plain/choose-remedy.ts';
import { drainLine, drainProposal } from '../views/plain/drain-text.ts';
import { testText } from '../views/plain/test-text.ts';
import { printDocument } from './document.ts';

/** Who shows a testing procedure, and asks before a real drain. */
export type TestFace = {
  readonly looked: (what: string, ok: boolean) => void;
  /** What is known so far; told only to whoever wants to see it fill. */
  readonly filled?: (findings: Findings) => void;
  readonly proposed: (plan: DrainPlan, unprobed: string | undefined) => void;
  readonly consents: (wanted: Consent) => Promise<boolean>;
  readonly tell: (event: DrainEvent) => void;
  readonly ended: (report: TestReport) => void;
};

export const testByLine = ({ options }: Invocation, io: Io): TestFace => ({
  looked: (what, ok) => {
    if (options.verbose) io.err(`${ok ? 'looked at' : 'could not look at'}: ${what}\n`);
  },
  proposed: (plan, unprobed) => {
    io.err(drainProposal(plan));
    if (unprobed !== undefined) io.err(`HTTPS cannot be watched from here: ${unprobed}.\n`);
  },
  consents: (wanted) => consentByLine(wanted, lineQuestions(io.signal)),
  tell: (event) => io.err(drainLine(event)),
  ended: (report) => {
    if (faceOf(options, io) === 'document') printDocument(io, options.output, report);
    else io.out(testText(report));
  },
});
