import { Box } from 'ink';
import type { VerifyReport } from '../../../core/report/verify-report.ts';
import { JudgedFacts, JudgedRow } from '../parts/judged-row.tsx';
import type { Room } from '../parts/measure.ts';

type Point = VerifyReport['points'][number];

type Props = { readonly points: readonly Point[]; readonly selected: number; readonly room: Room };

/** Every point with its sign and its word; the one that is chosen says everything it has to say. */
export const PointList = ({ points, selected, room }: Props) => (
  <Box flexDirection="column">
    {points.map((point, place) => (
      <JudgedRow key={point.id} place={place} isSelected={place === selected} verdict={point.state} title={point.title}>
        {place === selected && (
          <Box marginBottom={1}>
            <JudgedFacts facts={factsOf(point)} room={room} />
          </Box>
        )}
      </JudgedRow>
    ))}
  </Box>
);

function factsOf(point: Point): readonly (readonly [string, string])[] {
  const where = point.object
    ? `${point.object.kind}/${point.object.name}${point.field ? ` ${point.field}` : ''}`
    : undefined;
  return [
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
}
