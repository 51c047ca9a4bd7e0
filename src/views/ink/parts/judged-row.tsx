import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Mark } from '../glyphs.ts';
import { useTheme } from '../theme.ts';
import { inColour, Sign } from './marked.tsx';
import type { Room } from './measure.ts';
import { Prose } from './prose.tsx';
import { useFocusedRow } from './scroll-area.tsx';

export type Verdict = 'passed' | 'failed' | 'waiting' | 'note' | 'not-looked';

const marks: Readonly<Record<Verdict, Mark>> = {
  passed: 'good',
  failed: 'broken',
  waiting: 'waiting',
  note: 'look',
  'not-looked': 'unseen',
};
const words: Readonly<Record<Verdict, string>> = {
  passed: 'passed',
  failed: 'failed',
  waiting: 'not yet',
  note: 'note',
  'not-looked': 'not looked at',
};

type Props = {
  /** Counted from 0. */
  readonly place: number;
  readonly isSelected: boolean;
  /** `looking`: nothing is said of it yet. */
  readonly verdict: Verdict | 'looking';
  readonly title: string;
  /** What stands below it while it is open. */
  readonly children?: ReactNode;
};

/** One thing of a list of things that were looked at: its number, its sign, what it is and what it came to. */
export function JudgedRow({ place, isSelected, verdict, title, children }: Props) {
  const theme = useTheme();
  const focused = useFocusedRow();
  return (
    <Box flexDirection="column" {...(isSelected && focused ? { ref: focused } : {})}>
      <Box columnGap={1}>
        <Box flexShrink={0} width={5}>
          <Prose bold={isSelected} {...(isSelected ? inColour(theme.accent) : {})}>
            {isSelected ? theme.glyphs.pointer : ' '} {place + 1}
          </Prose>
        </Box>
        <Box flexShrink={0} width={theme.glyphs.isAscii ? 4 : 1}>
          <Sign mark={verdict === 'looking' ? 'waiting' : marks[verdict]} />
        </Box>
        <Box flexGrow={1} flexShrink={1}>
          <Prose bold={isSelected}>{title}</Prose>
        </Box>
        <Box flexShrink={0}>
          <Prose dimColor={verdict === 'passed'}>{verdict === 'looking' ? verdict : words[verdict]}</Prose>
        </Box>
      </Box>
      {children}
    </Box>
  );
}

/** What there is to say of it, each under its word where there is little room, else beside it. */
export function JudgedFacts({
  facts,
  room,
}: {
  readonly facts: readonly (readonly [label: string, text: string])[];
  readonly room: Room;
}) {
  const isNarrow = room === 'narrow';
  return (
    <Box flexDirection="column" paddingLeft={isNarrow ? 5 : 8}>
      {facts.map(([label, text]) => (
        <Box key={`${label} ${text}`} flexDirection={isNarrow ? 'column' : 'row'}>
          <Box width={10} flexShrink={0}>
            <Prose dimColor>{label}</Prose>
          </Box>
          <Prose>{text}</Prose>
        </Box>
      ))}
    </Box>
  );
}
