import { clockLine } from '../../core/clock-offset.ts';
import type { AppliedSet } from '../../core/deploy/applied-set.ts';
import { utc } from '../../core/durations.ts';
import { otherRunLine } from '../../core/other-run.ts';
import type { DeployReport } from '../../core/report/deploy-report.ts';
import type { DeployEvent } from '../../core/setup/event.ts';

/** What happens while manifests are brought into a cluster, a line each. */
export function deployLine(event: DeployEvent): string {
  switch (event.event) {
    case 'cut-off-found':
    case 'other-run-found':
      return `${otherRunLine(event)}\n`;
    case 'clock-off-found':
      return `${clockLine(event.aheadMs)}\n`;
    case 'change-sent': {
      const done = { apply: 'Applied', delete: 'Deleted', patch: 'Patched' }[event.do];
      return event.ok ? `${done} ${event.object}\n` : `Refused: ${event.object}: ${event.detail}\n`;
    }
    case 'waiting-changed':
      return event.reasons.map((reason) => `Waiting. ${reason}\n`).join('');
    case 'verifying':
      return 'Ready. Verifying.\n';
  }
}

type Shown = Pick<DeployReport, 'changes' | 'unchanged' | 'takeovers' | 'blocked' | 'leftovers' | 'remarks'>;

/** What would change, by the server's own word. */
export function proposalLines(
  { changes, unchanged, takeovers, blocked, leftovers, remarks }: Shown,
  prune: boolean,
): string {
  const lines = [
    ...changes.flatMap(({ object, action, diff }) => [
      `${action === 'create' ? 'New' : 'Changed'}: ${object}`,
      ...indented(diff),
    ]),
    ...blocked.flatMap(({ object, because, diff }) => [
      `Not to be changed here: ${object}: ${because}`,
      ...indented(diff),
    ]),
    ...takeovers.map(({ object, manager, field }) => `Taken over: ${object} ${field}, set by ${manager}`),
    ...leftovers.map(({ object, kept }) => leftoverLine(object, kept, prune)),
    ...remarks.map((remark) => `Note: ${remark}`),
    unchanged > 0 ? `${unchanged} already as they should be.` : '',
  ];
  return lines.flatMap((line) => (line === '' ? [] : `${line}\n`)).join('');
}

function leftoverLine(object: string, kept: string | null, prune: boolean): string {
  if (kept !== null) return `Of an earlier set, and stays: ${object}: ${kept}.`;
  return prune
    ? `Deleted, of an earlier set: ${object}`
    : `Of an earlier set, and stays: ${object}. With --prune it is deleted.`;
}

const indented = (diff: string | null): readonly string[] =>
  diff === null || diff === '' ? [] : diff.split('\n').map((line) => `    ${line}`);

const words = { passed: 'Good', failed: 'Problem', 'not-looked': 'Not looked at' } as const;

const mostUnseen = 5;

function notSeen(coverage: DeployReport['coverage']): readonly string[] {
  const all = coverage?.notLooked ?? [];
  const more = all.length - mostUnseen;
  return [
    ...all
      .slice(0, mostUnseen)
      .map(({ what, because, needs }) => `Could not look at ${what}: ${because}${needs ? ` (needs: ${needs})` : ''}.`),
    ...(more > 0 ? [`And at ${more} more, which -o json lists.`] : []),
  ];
}

/** How it ended, for standard output. */
export function deployEnd({ checks, because, coverage, gate, overridden, next, undoId }: DeployReport): string {
  return [
    ...checks.map(({ title, state, detail }) => `${words[state]}: ${title}: ${detail}`),
    because,
    ...notSeen(coverage),
    ...(gate === null ? [] : [`Gate: ${gate.because}${overridden === null ? '' : ` Overridden: ${overridden}`}`]),
    ...(undoId === null ? [] : [`In the history as ${undoId}.`]),
    ...(next.length === 0 ? [] : ['Next:', ...next.map((line) => `  ${line}`)]),
    '',
  ].join('\n');
}

/** The sets that were applied, the last one first: what there is to go back to. */
export function setLines(sets: readonly AppliedSet[]): string {
  const lines = sets.toReversed().map(({ number, at, by, image, from, revision, overridden }, place) => {
    const notes = [
      place === 0 ? 'stands' : '',
      from === null ? '' : `back to set ${from}`,
      revision === null ? '' : `revision ${revision}`,
      overridden === null ? '' : `gate overridden: ${overridden}`,
    ].filter((note) => note !== '');
    return `  ${number}  ${utc(new Date(at))}  ${image}  by ${by}${notes.length > 0 ? `  (${notes.join(', ')})` : ''}\n`;
  });
  return `Applied sets:\n${lines.join('')}`;
}
