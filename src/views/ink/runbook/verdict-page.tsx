import { Box, Text } from 'ink';
import type { Diagnosis, Finding } from '../../../core/diagnosis.ts';
import { ago } from '../../../core/durations.ts';
import type { Room } from '../parts/measure.ts';
import { Prose } from '../parts/prose.tsx';
import { CauseView } from './cause-view.tsx';
import { chainOf } from './chain-of.ts';
import { ChainView } from './chain-view.tsx';
import { EvidenceList } from './evidence-list.tsx';
import { Coverage, LastChanges } from './foot-lines.tsx';
import { impactWords } from './impact-words.ts';
import { Offers } from './offers-view.tsx';
import { Healthy, Incomplete, Unrecognised, WaitingView } from './other-verdicts.tsx';
import { sinceOf } from './since-of.ts';
import type { RunbookState } from './state.ts';

type Props = { readonly state: RunbookState; readonly now: Date; readonly room: Room; readonly rows: number };

/** What is wrong, or that nothing is: users first, then the chain, the cause, what helps, what changed lately. In a small window the cause comes before the chain. */
export function VerdictPage({ state, now, room, rows }: Props) {
  const { diagnosis } = state;
  if (!diagnosis) return null;
  const chain = chainOf(diagnosis);
  const isSmall = room === 'narrow' || rows < 20;
  const picture = chain && (
    <Box marginTop={1}>
      <ChainView chain={chain} room={room} />
    </Box>
  );
  return (
    <Box flexDirection="column">
      <Headline state={state} diagnosis={diagnosis} room={room} />
      <Prose>{impactWords(diagnosis.impact)}</Prose>
      {!isSmall && picture}
      <Box marginTop={1} flexDirection="column">
        <Outcome diagnosis={diagnosis} now={now} room={room} />
      </Box>
      <Offers state={state} />
      {isSmall && picture}
      <Box flexDirection="column" marginTop={1}>
        <LastChanges diagnosis={diagnosis} now={now} room={room} />
        <Coverage state={state} />
      </Box>
    </Box>
  );
}

type HeadlineProps = { readonly state: RunbookState; readonly diagnosis: Diagnosis; readonly room: Room };

function Headline({ state, diagnosis, room }: HeadlineProps) {
  const since = diagnosis.outcome === 'healthy' ? undefined : sinceOf(diagnosis.snapshot);
  const age = since ? `, for ${ago(diagnosis.snapshot.now.getTime() - since.getTime())}` : '';
  const title = diagnosis.outcome === 'problem' ? state.facts.title : titles[diagnosis.outcome];
  return (
    <Box flexDirection={room === 'narrow' ? 'column' : 'row'} justifyContent="space-between" columnGap={2}>
      <Box flexShrink={0}>
        <Text bold wrap="truncate-end">
          {title}
        </Text>
      </Box>
      <Text wrap="truncate-end">
        {diagnosis.snapshot.target.name}
        {age}
      </Text>
    </Box>
  );
}

const titles = {
  healthy: 'Nothing is wrong here',
  waiting: 'Waiting, nothing is wrong now',
  incomplete: 'Something that matters could not be looked at',
} as const;

function Outcome({ diagnosis, now, room }: { readonly diagnosis: Diagnosis; readonly now: Date; readonly room: Room }) {
  switch (diagnosis.outcome) {
    case 'healthy':
      return <Healthy diagnosis={diagnosis} />;
    case 'waiting':
      return <WaitingView diagnosis={diagnosis} now={now} />;
    case 'incomplete':
      return <Incomplete diagnosis={diagnosis} />;
    case 'problem': {
      const roots = diagnosis.findings.filter(({ root }) => root);
      return roots.length === 0 ? <Unrecognised diagnosis={diagnosis} /> : <Causes roots={roots} room={room} />;
    }
  }
}

/** With much room the evidence stands beside the cause; else it is one key away. */
function Causes({ roots, room }: { readonly roots: readonly Finding[]; readonly room: Room }) {
  return (
    <Box flexDirection="column" rowGap={1}>
      {roots.map((finding) =>
        room === 'wide' ? (
          <Box key={finding.code} columnGap={4}>
            <Box width="50%" flexShrink={0}>
              <CauseView finding={finding} room={room} />
            </Box>
            <EvidenceList evidence={finding.evidence} />
          </Box>
        ) : (
          <CauseView key={finding.code} finding={finding} room={room} />
        ),
      )}
    </Box>
  );
}
