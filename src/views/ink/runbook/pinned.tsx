import { Box, Text } from 'ink';
import { FieldLine } from '../parts/field-line.tsx';
import { inColour } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { useTheme } from '../theme.ts';
import { wordsFor } from './on-key.ts';
import { pageOf, type RunbookState } from './state.ts';

/** What stays in view whatever is scrolled: the word to type, and what a key just did. */
export function Pinned({ state }: { readonly state: RunbookState }) {
  const page = pageOf(state);
  const isAsking = page.at === 'before' || (page.at === 'before-undo' && page.ways.some(({ way }) => way === 'open'));
  return (
    <>
      {isAsking && <Ask state={state} />}
      {state.notice !== '' && <Prose>{state.notice}</Prose>}
    </>
  );
}

function Ask({ state }: { readonly state: RunbookState }) {
  const theme = useTheme();
  const page = pageOf(state);
  if (page.at !== 'before' && page.at !== 'before-undo') return null;
  const words = wordsFor(state, page);
  if (words === undefined) return null;
  return (
    <Box flexDirection="column" marginTop={1}>
      {page.problem !== '' && <Prose {...inColour(theme.broken)}>{page.problem}</Prose>}
      <Box columnGap={1} flexWrap="wrap">
        <Prose>
          {why(state)} Type <Text bold>{words}</Text> to do it:
        </Prose>
        <FieldLine field={page.field} />
      </Box>
    </Box>
  );
}

function why({ facts }: RunbookState): string {
  if (facts.ground.environment === 'production') return 'This is production.';
  if (facts.ground.environment === undefined) return 'No profile says what this is, so it counts as production.';
  return 'This is not without risk.';
}
