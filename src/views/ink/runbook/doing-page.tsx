import { Box, Text } from 'ink';
import { ago } from '../../../core/durations.ts';
import { Marked } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { countdown } from '../parts/moments.ts';
import { Prose } from '../parts/prose.tsx';
import { chainOf } from './chain-of.ts';
import { ChainView } from './chain-view.tsx';
import type { MendStep, RunbookState } from './state.ts';

/** The change under way: what was done, what is waited for, until when. */
export function DoingPage({
  state,
  now,
  room,
}: {
  readonly state: RunbookState;
  readonly now: Date;
  readonly room: Room;
}) {
  const { mending, diagnosis } = state;
  if (!mending) return null;
  const chain = diagnosis && chainOf(diagnosis);
  return (
    <Box flexDirection="column">
      <Prose bold>{mending.proposal.remedy.title}</Prose>
      <Box flexDirection="column" marginTop={1}>
        <Steps steps={mending.steps} />
        <Marked mark="waiting">
          {mending.until ? (
            <Prose>
              Watching until it is healthy: <Text bold>{countdown(mending.until.getTime() - now.getTime())}</Text> at
              most
            </Prose>
          ) : (
            <Prose>The change is being sent</Prose>
          )}
          {diagnosis?.waiting && <Prose>{diagnosis.waiting.for}</Prose>}
        </Marked>
      </Box>
      {chain && (
        <Box marginTop={1}>
          <ChainView chain={chain} room={room} />
        </Box>
      )}
    </Box>
  );
}

/** What was done and seen, and how long after the change. */
export function Steps({ steps }: { readonly steps: readonly MendStep[] }) {
  return (
    <Box flexDirection="column">
      {steps.map(({ text, ok, after }) => (
        <Marked key={`${text} ${after}`} mark={ok ? 'good' : 'broken'}>
          <Box columnGap={2}>
            <Box flexGrow={1} flexShrink={1}>
              <Prose>{text}</Prose>
            </Box>
            <Box flexShrink={0} width={8} justifyContent="flex-end">
              <Prose dimColor>{ago(after)}</Prose>
            </Box>
          </Box>
        </Marked>
      ))}
    </Box>
  );
}
