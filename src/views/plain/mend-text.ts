import { type Change, targetOf } from '../../core/change.ts';
import type { Diagnosis } from '../../core/diagnosis.ts';
import { differenceOf } from '../../core/difference.ts';
import { shortName } from '../../core/kubernetes/object.ts';
import type { Sent } from '../../core/outside/cluster-writer.ts';
import type { Remedy } from '../../core/remedy.ts';
import type { Remediation } from '../../core/report/runbook-report.ts';

type Proposal = {
  readonly remedy: Remedy;
  readonly dryRun: readonly { readonly change: Change; readonly sent: Sent }[];
};

type Event =
  | { readonly event: 'change-sent'; readonly change: Change; readonly sent: Sent }
  | { readonly event: 'looked-again'; readonly diagnosis: Diagnosis; readonly until: Date }
  | { readonly event: 'ended'; readonly remediation: Remediation };

/** A change before it is done: what, how risky, what takes it back, and what the server says to a dry run of it. */
export function proposalText({ remedy, dryRun }: Proposal): string {
  return [
    `${remedy.title}. Risk ${remedy.risk}.`,
    ...dryRun.flatMap(({ change, sent }) => [
      `  ${change.do} ${shortName(targetOf(change))}: ${sent.ok ? 'the server agrees (dry run)' : `the server refuses: ${sent.detail}`}`,
      ...differenceOf(change).map((line) => `    ${line}`),
    ]),
    remedy.trial
      ? remedy.undo
      : `${remedy.reversible ? 'Taken back by orion-setup undo' : 'Cannot be taken back'}: ${remedy.undo}`,
    '',
  ].join('\n');
}

/** A change to an object of the operator's tree, and the file that says what it is. */
export type TreeEdit = { readonly path: string; readonly change: Change };

/** The same edits for the operator's own tree; nothing where no object of it was changed. */
export function treeText(edits: readonly TreeEdit[]): string {
  return edits
    .flatMap(({ path, change }) => [
      `Make the same edit in ${path}, else the next deploy undoes it:`,
      ...differenceOf(change).map((line) => `    ${line}`),
      '',
    ])
    .join('\n');
}

export function mendLine(event: Event): string {
  switch (event.event) {
    case 'change-sent':
      return `${event.sent.ok ? 'Done' : 'Refused'}: ${event.change.do} ${shortName(targetOf(event.change))}${event.sent.ok ? '' : `: ${event.sent.detail}`}\n`;
    case 'looked-again': {
      const { outcome, waiting, rootCauses, unrecognised } = event.diagnosis;
      const why = waiting?.for ?? (rootCauses.join(', ') || (unrecognised?.quote ?? ''));
      return `Looked again: ${outcome}${why ? `, ${why}` : ''}\n`;
    }
    case 'ended': {
      const { applied, verified, undoId } = event.remediation;
      if (!applied) return 'Nothing was changed.\n';
      // Only a trial leaves nothing to take back.
      if (undoId === null) return `${verified ? 'Proved' : 'It did not go well'}; nothing of it stays.\n`;
      return `${verified ? 'Mended and proved.' : 'Done, but the problem stays.'}${undoId ? ` Take it back: orion-setup undo ${undoId}` : ''}\n`;
    }
  }
}
