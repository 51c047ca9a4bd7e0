import { Box } from 'ink';
import { targetOf } from '../../../core/change.ts';
import { ago } from '../../../core/durations.ts';
import { ChangeView } from '../parts/change-view.tsx';
import { inColour, Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { useTheme } from '../theme.ts';
import type { Proposal } from './props.ts';
import type { RunbookState } from './state.ts';

/** A change before it is made: what, how risky, how it is proved, what takes it back. */
export function BeforePage({ state, proposal }: { readonly state: RunbookState; readonly proposal: Proposal }) {
  const { remedy, dryRun } = proposal;
  return (
    <Box flexDirection="column">
      <Title proposal={proposal} />
      <Box flexDirection="column">
        <Prose>Watched afterwards until it is healthy, for {ago(remedy.healsWithin * 1000)} at most.</Prose>
        <Prose>
          {remedy.trial
            ? ''
            : remedy.reversible
              ? `Taken back by u${state.facts.isPractice ? '' : ', or orion-setup undo'}: `
              : 'Cannot be taken back: '}
          {remedy.undo}
        </Prose>
      </Box>
      <Box flexDirection="column" marginTop={1} rowGap={1}>
        {dryRun.map(({ change, sent }) => (
          <ChangeView
            key={`${change.do} ${targetOf(change).kind} ${targetOf(change).name}`}
            change={change}
            says={sent.ok ? 'the server agrees' : 'the server refuses'}
            warnings={sent.ok ? (sent.warnings ?? []) : []}
          />
        ))}
      </Box>
    </Box>
  );
}

function Title({ proposal }: { readonly proposal: Proposal }) {
  const theme = useTheme();
  const { title, risk } = proposal.remedy;
  const isRisky = risk === 'medium' || risk === 'high';
  return (
    <Box justifyContent="space-between" columnGap={2}>
      <Prose bold>{title}</Prose>
      <Box flexShrink={0}>
        <Prose bold={isRisky} {...inColour(isRisky ? theme.waiting : undefined)}>
          risk {risk}
        </Prose>
      </Box>
    </Box>
  );
}

/** The server said no to the dry run: nothing was changed, and why. */
export function RefusedPage({ proposal }: { readonly proposal: Proposal }) {
  return (
    <Box flexDirection="column">
      <Prose bold>The server refuses this change. Nothing was changed.</Prose>
      <Box flexDirection="column" marginTop={1}>
        {proposal.dryRun.map(({ change, sent }) => (
          <Marked key={`${change.do} ${targetOf(change).name}`} mark={sent.ok ? 'good' : 'broken'}>
            <Prose>
              {change.do} {targetOf(change).kind} {targetOf(change).name}
              {sent.ok ? ': would be taken' : ''}
            </Prose>
            {!sent.ok && <Prose>{sent.detail}</Prose>}
            {!sent.ok && sent.needs !== undefined && <Prose bold>needs the right to {sent.needs}</Prose>}
          </Marked>
        ))}
      </Box>
    </Box>
  );
}
