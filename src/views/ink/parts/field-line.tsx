import { Box, Text } from 'ink';
import { useTheme } from '../theme.ts';
import { inColour } from './marked.tsx';
import { useFocusedRow } from './scroll-area.tsx';
import { type TextField, textOf } from './text-field.ts';

type Props = {
  readonly field: TextField;
  /** Never drawn, not even its length: only that something was typed. */
  readonly secret?: boolean;
  /** What Enter alone means, shown while nothing is typed. */
  readonly ghost?: string | undefined;
};

/** The line being typed, with its cursor. */
export function FieldLine({ field, secret = false, ghost }: Props) {
  const theme = useTheme();
  const focused = useFocusedRow();
  const isEmpty = textOf(field) === '';
  return (
    <Box {...(focused ? { ref: focused } : {})}>
      <Box flexShrink={0} marginRight={1}>
        <Text bold {...inColour(theme.accent)}>
          {theme.glyphs.pointer}
        </Text>
      </Box>
      {isEmpty && <Cursor on={ghost ?? ''} />}
      {!isEmpty && secret && (
        <Text>
          (typed, not shown)
          <Text {...inColour(theme.accent)}>{theme.glyphs.cursor}</Text>
        </Text>
      )}
      {!isEmpty && !secret && (
        <Text>
          {field.before}
          {field.after === '' ? (
            <Text {...inColour(theme.accent)}>{theme.glyphs.cursor}</Text>
          ) : (
            <>
              <Text inverse>{firstLetter(field.after)}</Text>
              {field.after.slice(firstLetter(field.after).length)}
            </>
          )}
        </Text>
      )}
    </Box>
  );
}

function Cursor({ on }: { readonly on: string }) {
  const theme = useTheme();
  return (
    <Text>
      <Text {...inColour(theme.accent)}>{theme.glyphs.cursor}</Text>
      <Text dimColor>{on}</Text>
    </Text>
  );
}

const firstLetter = (text: string): string => [...text][0] ?? '';
