import { Box, useWindowSize } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../theme.ts';
import { inColour } from './marked.tsx';
import { roomOf } from './measure.ts';
import { Prose } from './prose.tsx';
import { useFocusedRow } from './scroll-area.tsx';

export type ListRow = {
  readonly id: string;
  readonly title: string;
  /** Right of the title, in one column with those of the other rows. */
  readonly aside?: string;
  /** Under the title. */
  readonly below?: ReactNode;
};

/** A list to choose from: a pointer, a number, a title. */
export function ChoiceList({ rows, selected }: { readonly rows: readonly ListRow[]; readonly selected: number }) {
  const theme = useTheme();
  const focused = useFocusedRow();
  // What stands beside a title goes under it where there is little room.
  const isNarrow = roomOf(useWindowSize().columns) === 'narrow';
  return (
    <Box flexDirection="column">
      {rows.map((row, place) => {
        const isSelected = place === selected;
        const colour = isSelected ? inColour(theme.accent) : {};
        return (
          <Box key={row.id} {...(isSelected && focused ? { ref: focused } : {})}>
            <Box flexShrink={0} width={5}>
              <Prose bold={isSelected} {...colour}>
                {isSelected ? theme.glyphs.pointer : ' '} {place + 1}
              </Prose>
            </Box>
            <Box flexDirection="column" flexGrow={1} flexShrink={1}>
              <Box columnGap={2} justifyContent="space-between" flexDirection={isNarrow ? 'column' : 'row'}>
                <Box flexShrink={1}>
                  <Prose bold={isSelected} {...colour}>
                    {row.title}
                  </Prose>
                </Box>
                {row.aside && (
                  <Box flexShrink={0}>
                    <Prose dimColor={!isSelected}>{row.aside}</Prose>
                  </Box>
                )}
              </Box>
              {row.below}
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}
