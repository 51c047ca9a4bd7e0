import { Box } from 'ink';
import { Frame, type Place } from '../parts/frame.tsx';
import { Prose } from '../parts/prose.tsx';
import type { Measured } from '../parts/scroll.ts';
import { openScreens, type Terminal } from '../terminal/open-screens.tsx';
import { type StoryFacts, type StoryState, storyKeys, storyProgram } from './story-program.ts';

type StoryProps = StoryFacts & {
  readonly place: Place;
  readonly now: () => Date;
  readonly terminal: Terminal;
};

/** A page of a practised story: what has happened, and what is to be done. Answers how it was left. */
export async function storyScreen({ place, now, terminal, ...facts }: StoryProps): Promise<StoryState['over']> {
  const state = await openScreens(
    storyProgram(facts),
    ({ state: shown, send }) => (
      <StoryView state={shown} place={place} onMeasured={(measured) => send({ event: 'measured', measured })} />
    ),
    now,
    terminal,
  );
  return state.over ?? 'interrupted';
}

type ViewProps = {
  readonly state: StoryState;
  readonly place: Place;
  readonly onMeasured: (measured: Measured) => void;
};

function StoryView({ state, place, onMeasured }: ViewProps) {
  const { title, paragraphs, corner } = state.facts;
  return (
    <Frame place={place} corner={corner} keys={storyKeys(state)} scroll={state.scroll} onMeasured={onMeasured}>
      <Box flexDirection="column" rowGap={1}>
        <Prose bold>{title}</Prose>
        {paragraphs.map((paragraph) => (
          <Prose key={paragraph}>{paragraph}</Prose>
        ))}
      </Box>
    </Frame>
  );
}
