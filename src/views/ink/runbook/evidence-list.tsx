import { Box } from 'ink';
import type { Evidence } from '../../../core/diagnosis.ts';
import { Prose } from '../parts/prose.tsx';

/** Facts that were seen, and where. */
export function EvidenceList({ evidence }: { readonly evidence: readonly Evidence[] }) {
  return (
    <Box flexDirection="column" flexShrink={1}>
      {evidence.map(({ from, path, saw, wanted }) => (
        <Box key={`${from} ${path ?? ''} ${saw}`} flexDirection="column">
          <Prose dimColor>
            {from} {path ?? ''}
          </Prose>
          <Box paddingLeft={2} flexDirection="column">
            <Prose>{saw}</Prose>
            {wanted !== undefined && <Prose>wanted: {wanted}</Prose>}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
