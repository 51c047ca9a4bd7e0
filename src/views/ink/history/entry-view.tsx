import { Box } from 'ink';
import type { HistoryEntry } from '../../../core/report/history-report.ts';
import { FoldedRow, type Sort } from '../parts/folded-row.tsx';
import { Marked } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { when } from '../parts/moments.ts';
import { Prose } from '../parts/prose.tsx';
import { type HistoryState, isOpenRow } from './history-program.ts';
import { markOf } from './states.ts';

type Props = {
  readonly entry: HistoryEntry;
  readonly state: HistoryState;
  readonly now: Date;
  readonly room: Room;
};

/** One change in full: what it did, what proved it, and what taking it back comes to. */
export function EntryView({ entry, state, now, room }: Props) {
  return (
    <Box flexDirection="column">
      <Marked mark={markOf[entry.state]}>
        <Prose bold>{entry.title}</Prose>
        <Prose>{entry.says}</Prose>
      </Marked>
      <Box flexDirection="column" marginY={1}>
        {factsOf(entry, now).map(([label, text]) => (
          <Box key={label} flexDirection={room === 'narrow' ? 'column' : 'row'}>
            <Box width={12} flexShrink={0}>
              <Prose dimColor>{label}</Prose>
            </Box>
            <Prose>{text}</Prose>
          </Box>
        ))}
      </Box>
      {entry.commands?.map(({ command, result }) => (
        <Marked key={command} mark={result === 'done' ? 'good' : 'broken'}>
          <Prose>
            ran {command}: {result}
          </Prose>
        </Marked>
      ))}
      {entry.changes.map((change, row) => (
        <FoldedRow
          // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a change never change places.
          key={row}
          sort={sortOf(change)}
          title={change.object}
          aside={change.difference && change.difference.length > 0 ? `, ${change.difference.length} lines` : ''}
          because={change.detail ?? ''}
          lines={change.difference ?? []}
          isSelected={row === state.choice.selected}
          isOpen={isOpenRow(state, row)}
          room={room}
        />
      ))}
    </Box>
  );
}

function factsOf(entry: HistoryEntry, now: Date): readonly (readonly [string, string])[] {
  const { verification, undo } = entry;
  return [
    ['When', when(new Date(entry.at), now)],
    ['By', `${entry.by} on this machine, ${entry.kubernetesUser ?? 'Kubernetes user not known'}`],
    ['Where', `${entry.namespace} on ${entry.context}, ${entry.server}`],
    ['Command', `orion-setup ${entry.command}`],
    ...(entry.undoes === null ? [] : [['Takes back', entry.undoes] as const]),
    ['Verified', verification === null ? 'not noted' : `${verification.ok ? 'yes' : 'no'}: ${verification.because}`],
    ['Undo', undoWords(undo)],
  ];
}

function undoWords({ state, because, by }: HistoryEntry['undo']): string {
  switch (state) {
    case 'open':
      return because;
    case 'partly':
      return `in part. The rest cannot: ${because}`;
    case 'cannot':
      return `cannot be taken back: ${because}`;
    case 'taken-back':
      return by.length > 0 ? `taken back by ${by.join(', ')}` : because;
    case 'nothing':
      return because;
  }
}

const signs: Readonly<Record<HistoryEntry['changes'][number]['do'], string>> = {
  apply: '~',
  create: '+',
  patch: '~',
  status: '~',
  delete: '-',
  evict: '-',
  alert: '+',
};
const fates = {
  applied: { word: 'done', colour: 'good' },
  undone: { word: 'taken back', colour: undefined },
  refused: { word: 'refused', colour: 'broken' },
  unclear: { word: 'unclear', colour: 'waiting' },
} as const;

function sortOf({ do: what, fate }: HistoryEntry['changes'][number]): Sort {
  const { word, colour } = fates[fate];
  return { sign: signs[what], word: `${what}: ${word}`, colour };
}
