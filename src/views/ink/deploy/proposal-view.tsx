import { Box, Text } from 'ink';
import { Difference } from '../parts/difference.tsx';
import { inColour, Marked } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { Prose } from '../parts/prose.tsx';
import { useFocusedRow } from '../parts/scroll-area.tsx';
import { type Theme, useTheme } from '../theme.ts';
import type { DeployContent } from './deploy-act.ts';
import { excerptOf, type ObjectRow } from './object-rows.ts';

/** A sign and a word for what happens to an object; the colour repeats it. */
const signs: Readonly<
  Record<ObjectRow['is'], { readonly sign: string; readonly word: string; readonly colour: keyof Theme | undefined }>
> = {
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
export function ProposalView({ content, selected, isOpen, room }: Props) {
  const { rows, shown } = content;
  return (
    <Box flexDirection="column">
      {rows.map((row, place) => (
        <Row key={row.object} row={row} isSelected={place === selected} isOpen={isOpen(place)} room={room} />
      ))}
      {shown?.remarks.map((remark) => (
        <Marked key={remark} mark="look">
          <Prose>{remark}</Prose>
        </Marked>
      ))}
    </Box>
  );
}

type RowProps = {
  readonly row: ObjectRow;
  readonly isSelected: boolean;
  readonly isOpen: boolean;
  readonly room: Room;
};

function Row({ row, isSelected, isOpen, room }: RowProps) {
  const theme = useTheme();
  const focused = useFocusedRow();
  const { sign, word, colour } = signs[row.is];
  const own = inColour(colour === undefined ? undefined : (theme[colour] as string | undefined));
  const { lines, left } = excerptOf(isOpen ? row.lines : []);
  return (
    <Box flexDirection="column">
      <Box columnGap={1} {...(isSelected && focused ? { ref: focused } : {})}>
        <Box flexShrink={0} width={3}>
          <Text bold {...(isSelected ? inColour(theme.accent) : {})}>
            {isSelected ? theme.glyphs.pointer : ' '}
          </Text>
          <Text {...own}> {sign}</Text>
        </Box>
        <Box flexGrow={1} flexShrink={1} columnGap={1} flexDirection={room === 'narrow' ? 'column' : 'row'}>
          <Box flexGrow={1} flexShrink={1}>
            <Prose bold={isSelected}>{row.object}</Prose>
          </Box>
          <Box flexShrink={0}>
            <Text {...own}>{word}</Text>
            <Text dimColor>{counts(row)}</Text>
          </Box>
        </Box>
      </Box>
      <Box flexDirection="column" paddingLeft={room === 'narrow' ? 2 : 6}>
        {row.because !== '' && <Prose dimColor={row.is === 'stays'}>{row.because}</Prose>}
        <Difference lines={lines} />
        {left > 0 && <Prose>{left} more lines, which the same command shows with --plain.</Prose>}
      </Box>
    </Box>
  );
}

function counts({ is, added, removed, lines }: ObjectRow): string {
  if (lines.length === 0) return '';
  return is === 'new' ? ` +${added}` : ` +${added} -${removed}`;
}
