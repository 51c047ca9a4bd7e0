import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Mark } from '../glyphs.ts';
import { colourOf, useTheme } from '../theme.ts';

/** A sign alone; whoever uses it puts a word beside it. */
export function Sign({ mark }: { readonly mark: Mark }) {
  const theme = useTheme();
  return <Text {...inColour(colourOf(theme, mark))}>{theme.glyphs.marks[mark]}</Text>;
}

/** A sign and what it says; what is long wraps under itself. */
export function Marked({ mark, children }: { readonly mark: Mark; readonly children: ReactNode }) {
  return (
    <Box>
      <Box flexShrink={0} marginRight={1}>
        <Sign mark={mark} />
      </Box>
      <Box flexDirection="column" flexGrow={1} flexShrink={1}>
        {children}
      </Box>
    </Box>
  );
}

/** Ink's colour property, left out where no colour is wanted. */
export const inColour = (colour: string | undefined): { readonly color?: string } =>
  colour === undefined ? {} : { color: colour };
