import { Box } from 'ink';
import { FoldedRow, type Sort } from '../parts/folded-row.tsx';
import { Marked } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { Prose } from '../parts/prose.tsx';
import type { DeployContent } from './deploy-act.ts';
import type { ObjectRow } from './object-rows.ts';

const sorts: Readonly<Record<ObjectRow['is'], Sort>> = {
  new: { sign: '+', word: 'new', colour: 'good' },
  changed: { sign: '~', word: 'changed', colour: 'waiting' },
  deleted: { sign: '-', word: 'deleted', colour: 'broken' },
  stays: { sign: '=', word: 'stays', colour: undefined },
  'not-ours': { sign: '!', word: 'not ours', colour: 'broken' },
  refused: { sign: '!', word: 'refused', colour: 'broken' },
  'not-seen': { sign: '!', word: 'not seen', colour: 'waiting' },
};

type Props = {
  readonly content: DeployContent;
  readonly selected: number;
  readonly isOpen: (row: number) => boolean;
  readonly room: Room;
};

/** What would change, a row an object; an open one shows its differences. */
export function ProposalView({ content: { rows, shown }, selected, isOpen, room }: Props) {
  return (
    <Box flexDirection="column">
      {rows.map((row, place) => (
        <FoldedRow
          key={row.object}
          sort={sorts[row.is]}
          title={row.object}
          aside={counts(row)}
          because={row.because}
          lines={row.lines}
          isSelected={place === selected}
          isOpen={isOpen(place)}
          room={room}
        />
      ))}
      {shown?.remarks.map((remark) => (
        <Marked key={remark} mark="look">
          <Prose>{remark}</Prose>
        </Marked>
      ))}
    </Box>
  );
}

function counts({ is, added, removed, lines }: ObjectRow): string {
  if (lines.length === 0) return '';
  return is === 'new' ? ` +${added}` : ` +${added} -${removed}`;
}
