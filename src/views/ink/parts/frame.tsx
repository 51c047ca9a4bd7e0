import { Box, Text, useWindowSize } from 'ink';
import type { ReactNode } from 'react';
import { type ActiveKey, type KeyName, nameOfKey } from '../keys.ts';
import { useTheme } from '../theme.ts';
import { KeyBand } from './key-band.tsx';
import { inColour } from './marked.tsx';
import { widest } from './measure.ts';
import type { Measured, Scroll } from './scroll.ts';
import { ScrollArea } from './scroll-area.tsx';

/** Where the operator is. */
export type Place = {
  /** unnamed: a cluster that no profile describes. evidence: no cluster at all. */
  readonly environment: 'staging' | 'production' | 'practice' | 'unnamed' | 'evidence';
  readonly namespace: string;
  readonly cluster: string;
  /** Whether a profile pins this cluster. */
  readonly pinned: boolean;
};

type Props = {
  readonly place: Place | undefined;
  /** Right in the first band: the time, or how far along. */
  readonly corner: string;
  readonly keys: readonly ActiveKey[];
  readonly scroll: Scroll;
  readonly onMeasured: (measured: Measured) => void;
  /** Stays in view below what scrolls: a word to type, a notice. */
  readonly pinned?: ReactNode;
  readonly children: ReactNode;
};

const isScrolling: readonly KeyName[] = ['scroll', 'page'];

/** The three bands of every screen: where I am, what it is about, which keys work now. */
export function Frame({ place, corner, keys, scroll, onMeasured, pinned, children }: Props) {
  const { columns, rows } = useWindowSize();
  const theme = useTheme();
  const width = Math.min(columns, widest);
  const above = scroll.offset > 0 ? `${theme.glyphs.up} ${scroll.offset} more above` : '';
  const left = scroll.most - scroll.offset;
  const below = left > 0 ? `${theme.glyphs.down} ${left} more below` : '';
  return (
    <Box flexDirection="column" width={width} height={rows} overflow="hidden">
      <WhereIAm place={place} corner={corner} width={width} />
      <Rule place={place} says={above} width={width} />
      <Box
        flexDirection="column"
        flexGrow={1}
        flexShrink={1}
        flexBasis={0}
        paddingX={width < 60 ? 1 : 2}
        overflow="hidden"
      >
        <ScrollArea scroll={scroll} onMeasured={onMeasured}>
          {children}
        </ScrollArea>
        {pinned !== undefined && (
          <Box flexDirection="column" flexShrink={0}>
            {pinned}
          </Box>
        )}
      </Box>
      <Rule place={place} says={below} width={width} />
      <KeyBand keys={scroll.most > 0 ? keys : keys.filter((active) => !isScrolling.includes(nameOfKey(active)))} />
    </Box>
  );
}

function WhereIAm({
  place,
  corner,
  width,
}: {
  readonly place: Place | undefined;
  readonly corner: string;
  readonly width: number;
}) {
  const { glyphs } = useTheme();
  const dot = ` ${glyphs.dot} `;
  const where = place ? [place.namespace, place.cluster, place.pinned ? 'pinned' : ''].filter(Boolean) : [];
  return (
    <Box paddingX={1} flexShrink={0} height={1}>
      {(width >= 60 || !place) && (
        <Box flexShrink={0} marginRight={2}>
          <Text bold>orion-setup</Text>
        </Box>
      )}
      {place && <Environment place={place} />}
      <Box flexGrow={1} flexShrink={1}>
        <Text wrap="truncate-end">{where.join(dot)}</Text>
      </Box>
      <Box flexShrink={0} marginLeft={2}>
        <Text dimColor>{corner}</Text>
      </Box>
    </Box>
  );
}

const words: Readonly<Record<Place['environment'], string>> = {
  staging: 'STAGING',
  production: ' PRODUCTION ',
  practice: 'PRACTICE',
  unnamed: 'NO PROFILE',
  evidence: 'EVIDENCE',
};

/** In a word and in a colour: production warm, staging calm. */
function Environment({ place: { environment } }: { readonly place: Place }) {
  const theme = useTheme();
  const isWarm = environment === 'production' || environment === 'unnamed';
  return (
    <Box flexShrink={0} marginRight={2}>
      <Text bold inverse={environment === 'production'} {...inColour(isWarm ? theme.waiting : theme.accent)}>
        {words[environment]}
      </Text>
    </Box>
  );
}

function Rule({
  place,
  says,
  width,
}: {
  readonly place: Place | undefined;
  readonly says: string;
  readonly width: number;
}) {
  const theme = useTheme();
  const isProduction = place?.environment === 'production';
  const rule = isProduction ? theme.glyphs.heavyRule : theme.glyphs.rule;
  const colour = isProduction ? inColour(theme.waiting) : {};
  return (
    <Box flexShrink={0} height={1} width={width}>
      <Box flexGrow={1} flexShrink={1} height={1} overflow="hidden">
        <Text wrap="hard" dimColor={!isProduction} {...colour}>
          {rule.repeat(width)}
        </Text>
      </Box>
      {says !== '' && (
        <Box flexShrink={0}>
          <Text bold> {says} </Text>
          <Text dimColor={!isProduction} {...colour}>
            {rule.repeat(2)}
          </Text>
        </Box>
      )}
    </Box>
  );
}
