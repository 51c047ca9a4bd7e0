import { Box } from 'ink';
import type { Mark } from '../glyphs.ts';
import { inColour, Sign } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { Prose } from '../parts/prose.tsx';
import { useFocusedRow } from '../parts/scroll-area.tsx';
import { useTheme } from '../theme.ts';
import type { Check } from './test-act.ts';

const marks: Readonly<Record<Check['state'], Mark>> = {
  passed: 'good',
  failed: 'broken',
  waiting: 'waiting',
  note: 'look',
  'not-looked': 'unseen',
};
const words: Readonly<Record<Check['state'], string>> = {
  passed: 'passed',
  failed: 'failed',
  waiting: 'not yet',
  note: 'note',
  'not-looked': 'not looked at',
};

type Props = {
  readonly checks: readonly Check[];
  /** While it fills, only what has passed is said; the rest is still looked at. */
  readonly isFilling: boolean;
  readonly selected: number | undefined;
  readonly isOpen: (row: number) => boolean;
  readonly room: Room;
};

/** What is checked, a row each; the chosen one and the open ones say what was seen. */
export function CheckList({ checks, isFilling, selected, isOpen, room }: Props) {
  const theme = useTheme();
  const focused = useFocusedRow();
  return (
    <Box flexDirection="column">
      {checks.map((check, place) => {
        const isSelected = place === selected;
        const isSure = !isFilling || check.state === 'passed';
        return (
          <Box key={check.id} flexDirection="column" {...(isSelected && focused ? { ref: focused } : {})}>
            <Box columnGap={1}>
              <Box flexShrink={0} width={5}>
                <Prose bold={isSelected} {...(isSelected ? inColour(theme.accent) : {})}>
                  {isSelected ? theme.glyphs.pointer : ' '} {place + 1}
                </Prose>
              </Box>
              <Box flexShrink={0} width={theme.glyphs.isAscii ? 4 : 1}>
                <Sign mark={isSure ? marks[check.state] : 'waiting'} />
              </Box>
              <Box flexGrow={1} flexShrink={1}>
                <Prose bold={isSelected}>{check.title}</Prose>
              </Box>
              <Box flexShrink={0}>
                <Prose dimColor={check.state === 'passed'}>{isSure ? words[check.state] : 'looking'}</Prose>
              </Box>
            </Box>
            {selected !== undefined && isSelected !== isOpen(place) && <Seen check={check} room={room} />}
          </Box>
        );
      })}
    </Box>
  );
}

function Seen({ check, room }: { readonly check: Check; readonly room: Room }) {
  const isGood = check.state === 'passed' || check.state === 'note';
  const rows: readonly (readonly [string, string])[] = [
    ['Seen', check.saw],
    ...(isGood ? [] : [['Expected', check.expected] as const]),
    ...(check.object === null || isGood ? [] : [['Where', `${check.object} ${check.path ?? ''}`.trim()] as const]),
    ...(check.needs === null ? [] : [['Needs', check.needs] as const]),
    ...(check.runbook === null || isGood ? [] : [['Runbook', `orion-setup runbook ${check.runbook}`] as const]),
  ];
  return (
    <Box flexDirection="column" paddingLeft={room === 'narrow' ? 5 : 8}>
      {rows.map(([label, text]) => (
        <Box key={label} flexDirection={room === 'narrow' ? 'column' : 'row'}>
          <Box width={10} flexShrink={0}>
            <Prose dimColor>{label}</Prose>
          </Box>
          <Prose>{text}</Prose>
        </Box>
      ))}
    </Box>
  );
}
