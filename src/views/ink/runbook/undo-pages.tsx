import { Box } from 'ink';
import { Prose } from '../parts/prose.tsx';
import { mayTakeBack, type WayBack, WaysView } from '../undo/ways-view.tsx';

/** What taking it back would do, before it is done. */
export function BeforeUndoPage({ ways }: { readonly ways: readonly WayBack[] }) {
  const isOpen = mayTakeBack(ways);
  return (
    <Box flexDirection="column">
      <Prose bold>{isOpen ? 'Take the change back' : 'This cannot be taken back as it stands'}</Prose>
      <Box marginTop={1}>
        <WaysView ways={ways} />
      </Box>
      {!isOpen && <Prose>Nothing was changed.</Prose>}
    </Box>
  );
}
