import { Box, Text } from 'ink';
import { request } from '../../../core/setup/effect.ts';
import { type Ending, type Journey, known } from '../../../core/setup/state.ts';
import type { Mark } from '../glyphs.ts';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';

const endings: Readonly<Record<Ending['outcome'], { readonly mark: Mark; readonly says: string }>> = {
  healthy: { mark: 'good', says: 'Set up' },
  waiting: { mark: 'waiting', says: 'Not finished; kept, go on any time' },
  problem: { mark: 'broken', says: 'Something is in the way' },
  incomplete: { mark: 'look', says: 'Not all could be looked at' },
  refused: { mark: 'broken', says: 'Refused by a guard' },
  'operator-said-no': { mark: 'unseen', says: 'You said no' },
};

const states = { passed: 'good', failed: 'broken', 'not-looked': 'unseen' } as const;

/** How it ended, what was verified, and what next. */
export function EndedView({ ending, journey }: { readonly ending: Ending; readonly journey: Journey | undefined }) {
  const { mark, says } = endings[ending.outcome];
  return (
    <Box flexDirection="column" rowGap={1}>
      <Marked mark={mark}>
        <Text bold>{says}</Text>
        <Prose>{ending.because}</Prose>
      </Marked>
      {journey?.wants.environments.map((environment) => {
        const checks = known(journey, request('verify', environment, { environment }))?.checks ?? [];
        if (checks.length === 0) return null;
        return (
          <Box key={environment} flexDirection="column">
            <Text bold>{environment}</Text>
            {checks.map(({ id, title, state, detail }) => (
              <Marked key={id} mark={states[state]}>
                <Prose>
                  {title}: {detail}
                </Prose>
              </Marked>
            ))}
          </Box>
        );
      })}
      {ending.next.length > 0 && (
        <Box flexDirection="column">
          <Text>Next</Text>
          {ending.next.map((line) => (
            <Text key={line}> {line}</Text>
          ))}
        </Box>
      )}
    </Box>
  );
}
