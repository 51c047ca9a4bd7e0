import { Box, Text } from 'ink';
import { inColour, Sign } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { useTheme } from '../theme.ts';
import type { Chain, Link } from './chain-of.ts';
import { SidesBeside, SidesUnder } from './sides-view.tsx';

/** The chain from left to right, with what is seen at its end; from top to bottom where there is little room. */
export function ChainView({ chain, room }: { readonly chain: Chain; readonly room: Room }) {
  if (room === 'narrow') return <Vertical chain={chain} />;
  const isBeside = room !== 'usual';
  return (
    <Box flexDirection={isBeside ? 'row' : 'column'}>
      <Box flexShrink={0}>
        {chain.links.map((link, place) => (
          <LinkBox key={link.name} link={link} isLast={place === chain.links.length - 1} />
        ))}
      </Box>
      {chain.sides.length > 0 && (isBeside ? <SidesBeside sides={chain.sides} /> : <SidesUnder sides={chain.sides} />)}
    </Box>
  );
}

/** A link's name, and its state under it; the line to the next one fills what is left between them. */
function LinkBox({ link, isLast }: { readonly link: Link; readonly isLast: boolean }) {
  const { glyphs } = useTheme();
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Box columnGap={1} marginRight={isLast ? 0 : 1}>
        <Name link={link} />
        {!isLast && (
          <Box flexGrow={1} width={2} height={1} overflow="hidden">
            <Text dimColor wrap="hard">
              {glyphs.link}
            </Text>
          </Box>
        )}
      </Box>
      <Box columnGap={1} paddingRight={isLast ? 0 : 2}>
        <Sign mark={link.mark} />
        <Text>{link.says}</Text>
      </Box>
    </Box>
  );
}

function Name({ link }: { readonly link: Link }) {
  const theme = useTheme();
  const isStuck = link.stuck === true;
  return (
    <Box flexShrink={0}>
      <Text bold={isStuck} {...(isStuck ? inColour(theme.broken) : {})}>
        {link.name}
      </Text>
    </Box>
  );
}

function Vertical({ chain }: { readonly chain: Chain }) {
  return (
    <Box flexDirection="column">
      {chain.links.map((link) => (
        <Box key={link.name} columnGap={1}>
          <Box flexShrink={0}>
            <Sign mark={link.mark} />
          </Box>
          <Box width={12} flexShrink={0}>
            <Name link={link} />
          </Box>
          <Text wrap="truncate-end">{link.says}</Text>
        </Box>
      ))}
      {chain.sides.length > 0 && <SidesUnder sides={chain.sides} />}
    </Box>
  );
}
