import { Box } from 'ink';
import type { DrawContent } from '../act/act-view.tsx';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { TakenBackView } from './taken-back-view.tsx';
import type { UndoContent } from './undo-act.ts';
import { mayTakeBack, WaysView } from './ways-view.tsx';

/** Taking a change back, as it stands. Draws only. */
export const drawUndo: DrawContent<UndoContent> = ({ content: { title, ways, done }, phase }) => {
  if (phase === 'ended' && done.length > 0) return <TakenBackView done={done} />;
  return (
    <Box flexDirection="column" rowGap={1}>
      {title !== '' && <Prose>{title}</Prose>}
      {phase === 'doing' && (
        <Marked mark="waiting">
          <Prose bold>It is being taken back</Prose>
        </Marked>
      )}
      <WaysView ways={ways} />
      {phase === 'ended' && (
        <Prose bold>
          {mayTakeBack(ways) || ways.some(({ way }) => way === 'cannot')
            ? 'Nothing was changed.'
            : 'There is nothing to take back: all is as it was before.'}
        </Prose>
      )}
    </Box>
  );
};
