import { Text } from 'ink';
import { useTheme } from '../theme.ts';
import { inColour } from './marked.tsx';

/** Where a part begins: between two parts it says that something is left out, before the first nothing. */
const isToldOfHunk = (line: string, place: number): boolean => place > 0 || !line.startsWith('@@');

/** Lines of a difference: the sign says it, the colour repeats it. */
export function Difference({ lines }: { readonly lines: readonly string[] }) {
  const theme = useTheme();
  const colour = (line: string) =>
    line.startsWith('+') ? theme.good : line.startsWith('-') ? theme.broken : undefined;
  return (
    <>
      {lines.filter(isToldOfHunk).map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text never change places.
        <Text key={place} {...inColour(colour(line))}>
          {line === '' ? ' ' : line.startsWith('@@') ? '...' : line}
        </Text>
      ))}
    </>
  );
}
