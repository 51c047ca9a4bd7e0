import { Box, useWindowSize } from 'ink';
import type { ReactNode } from 'react';
import { ChoiceList } from '../parts/choice-list.tsx';
import { ConsentLine, whyTyped } from '../parts/consent-line.tsx';
import { Frame } from '../parts/frame.tsx';
import { HelpPage } from '../parts/help-page.tsx';
import { Marked } from '../parts/marked.tsx';
import { type Room, roomOf } from '../parts/measure.ts';
import { wallTime } from '../parts/moments.ts';
import { Prose } from '../parts/prose.tsx';
import type { Measured } from '../parts/scroll.ts';
import { wordsOf } from '../parts/typed-consent.ts';
import type { Act, ActState, Phase } from './act.ts';
import { actKeys } from './act-keys.ts';

/** What is drawn of one command's own. */
export type DrawContent<Content> = (props: {
  readonly content: Content;
  readonly phase: Phase;
  readonly selected: number;
  readonly isOpen: (row: number) => boolean;
  readonly now: Date;
  readonly room: Room;
}) => ReactNode;

type Props<Content> = {
  readonly act: Pick<Act<Content, never>, 'about' | 'rows' | 'onward' | 'beginsOpen'>;
  readonly state: ActState<Content>;
  readonly draw: DrawContent<Content>;
  readonly now: Date;
  readonly onMeasured: (measured: Measured) => void;
};

/** The screens of a command as they stand. Draws only. */
export function ActView<Content>({ act, state, draw, now, onMeasured }: Props<Content>) {
  const { columns } = useWindowSize();
  const { content, phase, choice, toggled } = state;
  const beginsOpen = act.beginsOpen(content);
  const keys = actKeys(act, state);
  return (
    <Frame
      place={state.place}
      corner={wallTime(now)}
      keys={keys}
      scroll={state.scroll}
      onMeasured={onMeasured}
      pinned={state.help ? undefined : <Pinned state={state} />}
    >
      {state.help ? (
        <HelpPage keys={actKeys(act, { ...state, help: false })} about={act.about} />
      ) : (
        <Box flexDirection="column" rowGap={1}>
          <Headline state={state} />
          {phase === 'choosing' && <ChoiceList rows={state.choosing.rows} selected={choice.selected} />}
          {phase !== 'choosing' &&
            phase !== 'stopped' &&
            draw({
              content,
              phase,
              selected: choice.selected,
              isOpen: (row) => beginsOpen !== toggled.has(row),
              now,
              room: roomOf(columns),
            })}
        </Box>
      )}
    </Frame>
  );
}

function Headline<Content>({ state }: { readonly state: ActState<Content> }) {
  const { title, phase, said, failure, looked, choosing } = state;
  return (
    <Box flexDirection="column">
      {said.map((text) => (
        <Marked key={text} mark="look">
          <Prose>{text}</Prose>
        </Marked>
      ))}
      {phase === 'stopped' && failure ? (
        <Marked mark="broken">
          <Prose bold>{title}</Prose>
          {failure.message.split('\n').map((line) => (
            <Prose key={line}>{line}</Prose>
          ))}
          {failure.next.map((step) => (
            <Prose key={step}> {step}</Prose>
          ))}
        </Marked>
      ) : phase === 'working' ? (
        <Marked mark="waiting">
          <Prose bold>{title}</Prose>
          <Prose>{looked > 0 ? `Looking: ${looked} things so far.` : 'Looking. Nothing is changed by it.'}</Prose>
        </Marked>
      ) : (
        <Prose bold>{phase === 'choosing' ? choosing.question : title}</Prose>
      )}
    </Box>
  );
}

/** Stays in view whatever is scrolled: the word to type, and what a key just did. */
function Pinned<Content>({ state }: { readonly state: ActState<Content> }) {
  const { phase, asking, field, problem, place, notice } = state;
  const words = phase === 'asking' ? wordsOf(asking.wanted) : undefined;
  return (
    <>
      {words !== undefined && (
        <ConsentLine why={whyTyped(place?.environment)} words={words} field={field} problem={problem} />
      )}
      {notice !== '' && <Prose>{notice}</Prose>}
    </>
  );
}
