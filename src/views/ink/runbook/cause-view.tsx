import { Box } from 'ink';
import type { Finding } from '../../../core/diagnosis.ts';
import { inColour, Marked } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { Prose } from '../parts/prose.tsx';
import { useTheme } from '../theme.ts';
import { teams } from './message.ts';

/** One cause: the sentence of truth, how sure it is, why, and who usually mends it. */
export function CauseView({ finding, room }: { readonly finding: Finding; readonly room: Room }) {
  const theme = useTheme();
  const { title, because, confidence, owner } = finding;
  const isNarrow = room === 'narrow';
  const mended = owner === 'operator' ? '' : `Usually mended by ${teams[owner]}.`;
  const sure = isNarrow ? (confidence === 'confirmed' ? 'Confirmed. ' : 'Likely. ') : '';
  return (
    <Marked mark="broken">
      <Box justifyContent="space-between" columnGap={2}>
        <Prose bold {...inColour(theme.broken)}>
          {title}
        </Prose>
        {!isNarrow && (
          <Box flexShrink={0}>
            <Prose dimColor>{confidence}</Prose>
          </Box>
        )}
      </Box>
      <Prose>{because}</Prose>
      {`${sure}${mended}` !== '' && (
        <Prose dimColor>
          {sure}
          {mended}
        </Prose>
      )}
    </Marked>
  );
}
