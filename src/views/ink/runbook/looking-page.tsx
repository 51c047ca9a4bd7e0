import { Box, Text } from 'ink';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { useFocusedRow } from '../parts/scroll-area.tsx';
import { lookWords } from './look-words.ts';
import type { RunbookState } from './state.ts';

/** Each look as it is answered; the last one stays in view. */
export function LookingPage({ state }: { readonly state: RunbookState }) {
  const { looks, facts } = state;
  const last = useFocusedRow();
  return (
    <Box flexDirection="column">
      <Prose bold>{facts.title}</Prose>
      <Prose>Looking. Nothing is changed by it.</Prose>
      <Box flexDirection="column" marginTop={1}>
        {looks.map(({ name, ok }, place) => (
          <Box key={name} {...(place === looks.length - 1 && last ? { ref: last } : {})}>
            <Marked mark={ok ? 'good' : 'unseen'}>
              <Text wrap="truncate-end">
                {lookWords(name)}
                {ok ? '' : ', not seen'}
              </Text>
            </Marked>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
