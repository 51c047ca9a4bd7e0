import { Box } from 'ink';
import type { Remedy } from '../../../core/remedy.ts';
import { ChoiceList } from '../parts/choice-list.tsx';
import { Prose } from '../parts/prose.tsx';
import { isDoable, offersOf, type RunbookState } from './state.ts';

/** What helps, each with its risk, and who does it. */
export function Offers({ state }: { readonly state: RunbookState }) {
  const offers = offersOf(state.diagnosis);
  if (offers.length === 0) return null;
  return (
    <Box flexDirection="column" marginTop={1}>
      <Prose>What helps</Prose>
      <ChoiceList
        rows={offers.map(({ finding, remedy }) => ({
          id: `${finding.code} ${remedy.id}`,
          title: remedy.title,
          aside: aside(state, remedy),
          ...(remedy.blockedBy ? { below: <Prose dimColor>Not done by this tool: {remedy.blockedBy}</Prose> } : {}),
        }))}
        selected={state.choice.selected}
      />
    </Box>
  );
}

const aside = (state: RunbookState, remedy: Remedy): string =>
  isDoable(state, remedy) ? `risk ${remedy.risk}` : 'by hand';
