import { Box, Text, useWindowSize } from 'ink';
import { useTheme } from '../theme.ts';
import { FieldLine } from './field-line.tsx';
import { inColour } from './marked.tsx';
import { widest } from './measure.ts';
import { Prose } from './prose.tsx';
import type { TextField } from './text-field.ts';

type Props = {
  /** Why a key alone is not enough. */
  readonly why: string;
  readonly words: string;
  readonly field: TextField;
  readonly problem: string;
};

/** The word that has to be typed before anything is done. Stays in view. */
export function ConsentLine({ why, words, field, problem }: Props) {
  const theme = useTheme();
  const { columns } = useWindowSize();
  // Beside the sentence only where both have room on one line.
  const isTight = why.length + 2 * words.length + 28 > Math.min(columns, widest);
  return (
    <Box flexDirection="column" marginTop={1}>
      {problem !== '' && <Prose {...inColour(theme.broken)}>{problem}</Prose>}
      <Box columnGap={1} flexDirection={isTight ? 'column' : 'row'}>
        <Prose>
          {why} Type <Text bold>{words}</Text> to do it:
        </Prose>
        <FieldLine field={field} />
      </Box>
    </Box>
  );
}

/** Why a word is to be typed here: production, or what may be production, or what is not without risk. */
export function whyTyped(environment: string | undefined): string {
  if (environment === 'production') return 'This is production.';
  if (environment === undefined || environment === 'unnamed')
    return 'No profile says what this is, so it counts as production.';
  return 'This is not without risk.';
}
