import { Box, Text } from 'ink';
import type { Diagnosis } from '../../../core/diagnosis.ts';
import type { Room } from '../parts/measure.ts';
import { when } from '../parts/moments.ts';
import { Prose } from '../parts/prose.tsx';
import { useTheme } from '../theme.ts';
import type { RunbookState } from './state.ts';

/** What changed lately on this chain, by whom, when; what exactly only where there is room. */
export function LastChanges({
  diagnosis,
  now,
  room,
}: {
  readonly diagnosis: Diagnosis;
  readonly now: Date;
  readonly room: Room;
}) {
  const isBroad = room === 'broad' || room === 'wide';
  const shown = diagnosis.lastChanges.slice(0, isBroad ? 3 : 1);
  if (shown.length === 0) return null;
  return (
    <Box columnGap={1}>
      <Box flexShrink={0}>
        <Text dimColor>{shown.length === 1 ? 'Last change:' : 'Last changes:'}</Text>
      </Box>
      <Box flexDirection="column" flexShrink={1}>
        {shown.map(({ object, by, at, what }) => (
          <Text key={`${object} ${by} ${at.getTime()}`} wrap={room === 'narrow' ? 'wrap' : 'truncate-end'}>
            {object}, by {by}, {when(at, now)}
            {isBroad && what ? `: ${what}` : ''}
          </Text>
        ))}
      </Box>
    </Box>
  );
}

/** How much was seen, and that nothing was done. */
export function Coverage({ state }: { readonly state: RunbookState }) {
  const { glyphs } = useTheme();
  const { diagnosis, mending, takenBack } = state;
  if (!diagnosis) return null;
  const { looked, of } = diagnosis.coverage;
  const changed = mending?.remediation?.applied === true;
  const words = [
    `Checked ${looked} of ${of}`,
    `ruled out ${diagnosis.ruledOut.length}`,
    takenBack.length > 0 ? 'the change was taken back' : changed ? 'one change made' : 'nothing changed yet',
  ];
  return <Prose dimColor>{words.join(` ${glyphs.dot} `)}</Prose>;
}
