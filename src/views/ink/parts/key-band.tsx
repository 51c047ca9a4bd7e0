import { Box, Text } from 'ink';
import { type ActiveKey, nameOfKey, rowOf, saysOf } from '../keys.ts';
import { useTheme } from '../theme.ts';
import { inColour } from './marked.tsx';

/** Which keys work now. What does not fit goes; `?`, which says them all, or why it is asked, stays. */
export function KeyBand({ keys }: { readonly keys: readonly ActiveKey[] }) {
  const help =
    keys.find((active) => nameOfKey(active) === 'help') ?? keys.find((active) => nameOfKey(active) === 'why');
  const shown = keys.filter((active) => active !== help && nameOfKey(active) !== 'page');
  return (
    <Box paddingX={1}>
      <Box flexWrap="wrap" flexGrow={1} flexShrink={1} columnGap={3} height={1} overflow="hidden">
        {shown.map((active) => (
          <KeyWord key={nameOfKey(active)} active={active} />
        ))}
      </Box>
      {help && (
        <Box flexShrink={0} marginLeft={2}>
          <KeyWord active={help} />
        </Box>
      )}
    </Box>
  );
}

function KeyWord({ active }: { readonly active: ActiveKey }) {
  const theme = useTheme();
  const row = rowOf(active);
  return (
    <Box flexShrink={0}>
      <Text {...inColour(theme.accent)} bold>
        {theme.glyphs.isAscii ? (row.ascii ?? row.shown) : row.shown}
      </Text>
      <Text> {saysOf(active)}</Text>
    </Box>
  );
}
