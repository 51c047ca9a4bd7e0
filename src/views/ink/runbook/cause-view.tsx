import { Box } from 'ink';
import type { Finding } from '../../../core/diagnosis.ts';
import { inColour, Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { useTheme } from '../theme.ts';
import { teams } from './message.ts';

/** One cause: the sentence of truth, how sure it is, why, and who usually mends it. */
export function CauseView({ finding }: { readonly finding: Finding }) {
  const theme = useTheme();
  const { title, because, confidence, owner } = finding;
  return (
    <Marked mark="broken">
      <Box justifyContent="space-between" columnGap={2}>
        <Prose bold {...inColour(theme.broken)}>
          {title}
        </Prose>
        <Box flexShrink={0}>
          <Prose dimColor>{confidence}</Prose>
        </Box>
      </Box>
      <Prose>{because}</Prose>
      {owner !== 'operator' && <Prose dimColor>Usually mended by {teams[owner]}.</Prose>}
    </Marked>
  );
}
