import { Box, Text } from 'ink';
import { Sign } from '../parts/marked.tsx';
import { useTheme } from '../theme.ts';
import type { Side } from './sides.ts';

type Props = { readonly sides: readonly Side[] };

/** Each look on a line of its own, branching off the end of the chain. */
export function SidesBeside({ sides }: Props) {
  const { glyphs } = useTheme();
  const [only, first, middle, last] = glyphs.branch;
  const joint = (place: number): string => {
    if (sides.length === 1) return only;
    if (place === 0) return first;
    return place === sides.length - 1 ? last : middle;
  };
  return (
    <Box flexDirection="column" flexShrink={1} marginLeft={1}>
      {sides.map((side, place) => (
        <Box key={`${side.from} ${side.says}`} columnGap={1}>
          <Box flexShrink={0}>
            <Text dimColor>{joint(place)}</Text>
          </Box>
          <Box flexShrink={0} width={10}>
            <Text dimColor>{side.from}</Text>
          </Box>
          <Look side={side} />
        </Box>
      ))}
    </Box>
  );
}

/** One line from inside the cluster, one from here; what does not fit goes on below. */
export function SidesUnder({ sides }: Props) {
  const places = ['in cluster', 'from here'] as const;
  return (
    <Box flexDirection="column">
      {places.map((from) => {
        const seen = sides.filter((side) => side.from === from);
        if (seen.length === 0) return null;
        return (
          <Box key={from} columnGap={2}>
            <Box flexShrink={0} width={10}>
              <Text dimColor>{from}</Text>
            </Box>
            <Box flexWrap="wrap" flexShrink={1} columnGap={3}>
              {seen.map((side) => (
                <Look key={side.says} side={side} />
              ))}
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}

function Look({ side }: { readonly side: Side }) {
  return (
    <Box columnGap={1} flexShrink={0}>
      <Sign mark={side.mark} />
      <Text>{side.says}</Text>
    </Box>
  );
}
