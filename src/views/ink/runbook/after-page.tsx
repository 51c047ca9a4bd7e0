import { Box } from 'ink';
import { inColour, Marked } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { Prose } from '../parts/prose.tsx';
import { useTheme } from '../theme.ts';
import { chainOf } from './chain-of.ts';
import { ChainView } from './chain-view.tsx';
import { Steps } from './doing-page.tsx';
import { impactWords } from './impact-words.ts';
import type { RunbookState } from './state.ts';

/** What came of it: proved, or not; what is still wrong; how it is taken back. */
export function AfterPage({ state, room }: { readonly state: RunbookState; readonly room: Room }) {
  const theme = useTheme();
  const { mending, diagnosis } = state;
  if (!mending || !diagnosis) return null;
  const { remediation } = mending;
  const verified = remediation?.verified === true;
  const chain = chainOf(diagnosis);
  const left = diagnosis.outcome === 'problem' ? diagnosis.findings.filter(({ root }) => root) : [];
  return (
    <Box flexDirection="column">
      <Prose bold>{mending.proposal.remedy.title}</Prose>
      <Box flexDirection="column" marginY={1}>
        <Steps steps={mending.steps} />
      </Box>
      {chain && <ChainView chain={chain} room={room} />}
      <Box flexDirection="column" marginTop={1}>
        <Prose bold {...inColour(verified ? theme.good : theme.waiting)}>
          {headline(state)}
        </Prose>
        <Prose>{impactWords(diagnosis.impact)}</Prose>
        {left.map(({ code, title }) => (
          <Marked key={code} mark="broken">
            <Prose>{verified ? `There is another cause: ${title}` : `Still there: ${title}`}</Prose>
          </Marked>
        ))}
        {remediation?.undoId && (
          <Prose dimColor>
            {state.facts.isPractice
              ? 'Taken back by u.'
              : `Taken back by u, or: orion-setup undo ${remediation.undoId}`}
          </Prose>
        )}
      </Box>
    </Box>
  );
}

function headline({ mending }: RunbookState): string {
  const remediation = mending?.remediation;
  if (!remediation?.applied) return 'Nothing was changed.';
  if (remediation.undoId === null)
    return remediation.verified ? 'Proved; nothing of it stays.' : 'It did not go well; nothing of it stays.';
  return remediation.verified ? 'Mended and proved.' : 'Changed, but not proved: the problem stays.';
}
