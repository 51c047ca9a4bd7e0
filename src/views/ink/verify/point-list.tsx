import { Box } from 'ink';
import type { VerifyReport } from '../../../core/report/verify-report.ts';
import type { Mark } from '../glyphs.ts';
import { inColour, Sign } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { Prose } from '../parts/prose.tsx';
import { useFocusedRow } from '../parts/scroll-area.tsx';
import { useTheme } from '../theme.ts';

type Point = VerifyReport['points'][number];

const marks: Readonly<Record<Point['state'], Mark>> = {
  passed: 'good',
  failed: 'broken',
  waiting: 'waiting',
  'not-looked': 'unseen',
};
const words: Readonly<Record<Point['state'], string>> = {
  passed: 'passed',
  failed: 'failed',
  waiting: 'not yet',
  'not-looked': 'not looked at',
};

/** Every point with its sign and its word; the one that is chosen says everything it has to say. */
type Props = { readonly points: readonly Point[]; readonly selected: number; readonly room: Room };

export function PointList({ points, selected, room }: Props) {
  const theme = useTheme();
  const focused = useFocusedRow();
  return (
    <Box flexDirection="column">
      {points.map((point, place) => {
        const isSelected = place === selected;
        return (
          <Box key={point.id} flexDirection="column" {...(isSelected && focused ? { ref: focused } : {})}>
            <Box columnGap={1}>
              <Box flexShrink={0} width={5}>
                <Prose bold={isSelected} {...(isSelected ? inColour(theme.accent) : {})}>
                  {isSelected ? theme.glyphs.pointer : ' '} {place + 1}
                </Prose>
              </Box>
              <Box flexShrink={0} width={theme.glyphs.isAscii ? 4 : 1}>
                <Sign mark={marks[point.state]} />
              </Box>
              <Box flexGrow={1} flexShrink={1}>
                <Prose bold={isSelected}>{point.title}</Prose>
              </Box>
              <Box flexShrink={0}>
                <Prose dimColor={point.state === 'passed'}>{words[point.state]}</Prose>
              </Box>
            </Box>
            {isSelected && <Facts point={point} room={room} />}
          </Box>
        );
      })}
    </Box>
  );
}

/** Where there is little room each stands under its word instead of beside it. */
function Facts({ point, room }: { readonly point: Point; readonly room: Room }) {
  const where = point.object
    ? `${point.object.kind}/${point.object.name}${point.field ? ` ${point.field}` : ''}`
    : undefined;
  const rows: readonly (readonly [string, string])[] = [
    ['Seen', point.saw],
    ...(point.state === 'passed' ? [] : ([['Expected', point.expected]] as const)),
    ...(where === undefined || point.state === 'passed' ? [] : ([['Where', where]] as const)),
    ...point.codes.map((code) => ['Cause', code] as const),
    ...point.notLooked.map(
      ({ what, because, needs }) => ['Unseen', `${what} (${needs ? `needs ${needs}` : because})`] as const,
    ),
    ...(point.mend?.commands ?? []).map((command) => ['Next', command] as const),
    // What is only worth knowing waits until nothing is wrong.
    ...(point.state === 'failed' ? [] : point.remarks.map((remark) => ['Remark', remark] as const)),
  ];
  return (
    <Box flexDirection="column" paddingLeft={room === 'narrow' ? 5 : 8} marginBottom={1}>
      {rows.map(([label, text]) => (
        <Box key={`${label} ${text}`} flexDirection={room === 'narrow' ? 'column' : 'row'}>
          <Box width={10} flexShrink={0}>
            <Prose dimColor>{label}</Prose>
          </Box>
          <Prose>{text}</Prose>
        </Box>
      ))}
    </Box>
  );
}
