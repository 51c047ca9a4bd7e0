import { utc } from '../../core/durations.ts';
import type { HistoryEntry } from '../../core/report/history-report.ts';

/** Every change, the newest first, a few lines each. */
export function historyText(items: readonly HistoryEntry[]): string {
  if (items.length === 0) return 'Nothing was changed by this tool on this machine.\n';
  return items.flatMap((item) => [...head(item), ...item.changes.map(changeLine), ...ranLines(item), '']).join('\n');
}

function head(item: HistoryEntry): readonly string[] {
  const back = item.canBeTakenBack ? ` Take it back: orion-setup undo ${item.id}` : '';
  return [
    `${item.id}  ${utc(new Date(item.at))}  ${item.title}`,
    `  by ${who(item)}, ${item.context}, namespace ${item.namespace}. ${item.says}${back}`,
  ];
}

const who = ({ by, kubernetesUser }: HistoryEntry): string =>
  kubernetesUser === null ? `${by} (Kubernetes user not known)` : `${by} as ${kubernetesUser}`;

const changeLine = ({ do: what, object, fate }: HistoryEntry['changes'][number]): string =>
  `    ${what} ${object}: ${fate}`;

const ranLines = ({ commands = [] }: HistoryEntry): readonly string[] =>
  commands.map(({ command, result }) => `    ran ${command}: ${result}`);

/** One change in full: what it did line by line, what proved it, and what taking it back comes to. */
export function historyEntryText(item: HistoryEntry): string {
  const { verification, undo } = item;
  return [
    `${item.id}  ${item.title}`,
    '',
    `When:       ${utc(new Date(item.at))}`,
    `By:         ${item.by} on this machine`,
    `Kubernetes: ${item.kubernetesUser ?? 'user not known: the API server did not say'}`,
    `Cluster:    ${item.context}, ${item.server}${item.clusterUid === null ? '' : `, ${item.clusterUid}`}`,
    `Namespace:  ${item.namespace}`,
    `Command:    orion-setup ${item.command}`,
    ...(item.undoes === null ? [] : [`Takes back: ${item.undoes}`]),
    `State:      ${item.says}`,
    `Verified:   ${verification === null ? 'not noted' : `${verification.ok ? 'yes' : 'no'}, ${utc(new Date(verification.at))}: ${verification.because}`}`,
    `Undo:       ${undoWords(item, undo)}`,
    '',
    ...(item.commands ?? []).map(({ command, result }) => `ran ${command}: ${result}`),
    ...item.changes.flatMap((change) => [
      changeLine(change).trim() + (change.detail === undefined ? '' : ` (${change.detail})`),
      ...(change.difference ?? []).map((line) => `  ${line}`),
    ]),
    '',
  ].join('\n');
}

function undoWords({ id }: HistoryEntry, { state, because, by }: HistoryEntry['undo']): string {
  switch (state) {
    case 'open':
      return `${because}: orion-setup undo ${id}`;
    case 'partly':
      return `in part: orion-setup undo ${id}. The rest cannot: ${because}`;
    case 'cannot':
      return `cannot be taken back: ${because}`;
    case 'taken-back':
      return by.length > 0 ? `taken back by ${by.join(', ')}` : because;
    case 'nothing':
      return because;
  }
}
