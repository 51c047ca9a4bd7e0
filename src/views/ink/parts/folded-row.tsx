import { Box, Text } from 'ink';
import { useTheme } from '../theme.ts';
import { Difference } from './difference.tsx';
import { excerptOf } from './excerpt.ts';
import { inColour } from './marked.tsx';
import type { Room } from './measure.ts';
import { Prose } from './prose.tsx';
import { useFocusedRow } from './scroll-area.tsx';

/** What a sign means is said by a word; the colour repeats it. */
export type Sort = {
  readonly sign: string;
  readonly word: string;
  readonly colour: 'good' | 'waiting' | 'broken' | undefined;
};

type Props = {
  readonly sort: Sort;
  readonly title: string;
  /** Right of the word: how much it is. */
  readonly aside: string;
  /** Under the title, open or not. */
  readonly because: string;
  readonly lines: readonly string[];
  readonly isSelected: boolean;
  readonly isOpen: boolean;
  readonly room: Room;
};

/** One object as a row that opens to its differences. */
export function FoldedRow({ sort, title, aside, because, lines, isSelected, isOpen, room }: Props) {
  const theme = useTheme();
  const focused = useFocusedRow();
  const own = inColour(sort.colour && theme[sort.colour]);
  const shown = excerptOf(isOpen ? lines : []);
  return (
    <Box flexDirection="column">
      <Box columnGap={1} {...(isSelected && focused ? { ref: focused } : {})}>
        <Box flexShrink={0} width={3}>
          <Text bold {...(isSelected ? inColour(theme.accent) : {})}>
            {isSelected ? theme.glyphs.pointer : ' '}
          </Text>
          <Text {...own}> {sort.sign}</Text>
        </Box>
        <Box flexGrow={1} flexShrink={1} columnGap={1} flexDirection={room === 'narrow' ? 'column' : 'row'}>
          <Box flexGrow={1} flexShrink={1}>
            <Prose bold={isSelected}>{title}</Prose>
          </Box>
          <Box flexShrink={0}>
            <Text {...own}>{sort.word}</Text>
            <Text dimColor>{aside}</Text>
          </Box>
        </Box>
      </Box>
      <Box flexDirection="column" paddingLeft={room === 'narrow' ? 2 : 6}>
        {because !== '' && <Prose>{because}</Prose>}
        <Difference lines={shown.lines} />
        {shown.left > 0 && <Prose>{shown.left} more lines, which the same command shows with --plain.</Prose>}
      </Box>
    </Box>
  );
}
