import { Box } from 'ink';
import { JudgedFacts, JudgedRow } from '../parts/judged-row.tsx';
import type { Room } from '../parts/measure.ts';
import type { Check } from './test-act.ts';

type Props = {
  readonly checks: readonly Check[];
  /** While it fills, only what has passed is said; the rest is still looked at. */
  readonly isFilling: boolean;
  readonly selected: number | undefined;
  readonly isOpen: (row: number) => boolean;
  readonly room: Room;
};

/** What is checked, a row each; the chosen one and the open ones say what was seen. */
export const CheckList = ({ checks, isFilling, selected, isOpen, room }: Props) => (
  <Box flexDirection="column">
    {checks.map((check, place) => (
      <JudgedRow
        key={check.id}
        place={place}
        isSelected={place === selected}
        verdict={isFilling && check.state !== 'passed' ? 'looking' : check.state}
        title={check.title}
      >
        {selected !== undefined && (place === selected) !== isOpen(place) && (
          <JudgedFacts facts={factsOf(check)} room={room} />
        )}
      </JudgedRow>
    ))}
  </Box>
);

function factsOf(check: Check): readonly (readonly [string, string])[] {
  const isGood = check.state === 'passed' || check.state === 'note';
  return [
    ['Seen', check.saw],
    ...(isGood ? [] : [['Expected', check.expected] as const]),
    ...(check.object === null || isGood ? [] : [['Where', `${check.object} ${check.path ?? ''}`.trim()] as const]),
    ...(check.needs === null ? [] : [['Needs', check.needs] as const]),
    ...(check.runbook === null || isGood ? [] : [['Runbook', `orion-setup runbook ${check.runbook}`] as const]),
  ];
}
