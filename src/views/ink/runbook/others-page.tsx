import { Box } from 'ink';
import type { Diagnosis } from '../../../core/diagnosis.ts';
import { Prose } from '../parts/prose.tsx';
import type { NextTurn } from './props.ts';

type Props = { readonly turn: NextTurn; readonly diagnosis: Diagnosis | undefined };

/** In practice: what somebody else does next, before it is let happen. */
export function OthersPage({ turn, diagnosis }: Props) {
  return (
    <Box flexDirection="column" rowGap={1}>
      <Prose bold>What others do in this story</Prose>
      <Words turn={turn} diagnosis={diagnosis} />
    </Box>
  );
}

function Words({ turn, diagnosis }: Props) {
  switch (turn.whose) {
    case 'others':
      return (
        <>
          <Prose>{turn.says}</Prose>
          <Prose dimColor>
            {turn.isTime ? 'For real you would wait.' : 'For real you would send them the ready message, and wait.'}{' '}
            Here it happens when you say so.
          </Prose>
        </>
      );
    case 'yours': {
      const remedies = diagnosis?.findings.flatMap((finding) => finding.remedies) ?? [];
      const title = remedies.find(({ id }) => id === turn.remedy)?.title;
      return (
        <Prose>
          {title === undefined
            ? 'Nothing before the next change that this tool does; it is offered as soon as it helps. Look again in a moment.'
            : `Nothing just now: the next move is yours, "${title}".`}
        </Prose>
      );
    }
    case 'nobodys':
      return <Prose>Nothing any more: everybody has done their part. What is left needs a moment.</Prose>;
  }
}
