import { Box, useWindowSize } from 'ink';
import { namespaces } from '../../../core/setup/settings.ts';
import { givenText } from '../../../core/setup/state.ts';
import { Frame, type Place } from '../parts/frame.tsx';
import { HelpPage } from '../parts/help-page.tsx';
import { roomOf, widest } from '../parts/measure.ts';
import { Prose } from '../parts/prose.tsx';
import type { Measured } from '../parts/scroll.ts';
import { activeKeys } from './active-keys.ts';
import { EndedView } from './ended-view.tsx';
import { QuestionView } from './question-view.tsx';
import { type SetupState, stepsIn } from './state.ts';
import { StepList, StepsLine } from './steps-view.tsx';
import { WorkingView } from './working-view.tsx';

type Props = {
  readonly state: SetupState;
  readonly now: Date;
  readonly onMeasured: (measured: Measured) => void;
};

/** Set-up's screen as it stands: the steps, one question or the work under way, the keys. */
export function SetupView({ state, now, onMeasured }: Props) {
  const { columns, rows } = useWindowSize();
  const room = roomOf(columns);
  const all = stepsIn(state);
  const pinned = state.notice === '' ? undefined : <Prose>{state.notice}</Prose>;
  const isSmall = room === 'narrow' || rows < 20;
  return (
    <Frame
      place={placeOf(state)}
      corner={`set-up ${all.indexOf(state.step) + 1} of ${all.length}`}
      keys={activeKeys(state)}
      scroll={state.scroll}
      onMeasured={onMeasured}
      pinned={pinned}
    >
      {!isSmall && !state.help && (
        <Box marginBottom={1}>
          <StepsLine all={all} step={state.step} room={room} width={Math.min(columns, widest) - 4} />
        </Box>
      )}
      <Middle state={state} now={now} />
    </Frame>
  );
}

function Middle({ state, now }: { readonly state: SetupState; readonly now: Date }) {
  const { page } = state;
  if (state.help) {
    const why = page.at === 'asking' ? page.question.why : 'The keys that work here:';
    return <HelpPage keys={activeKeys({ ...state, help: false })} about={why} />;
  }
  switch (page.at) {
    case 'asking':
      return <QuestionView page={page} remarks={state.remarks} />;
    case 'working':
      return <WorkingView work={page.work} now={now} remarks={state.remarks} />;
    case 'steps':
      return <StepList state={state} selected={page.choice.selected} />;
    case 'ended':
      return <EndedView ending={page.ending} journey={state.journey} />;
  }
}

/** Known once the cluster was chosen. */
function placeOf({ journey, step, isPractice }: SetupState): Place | undefined {
  if (!journey) return undefined;
  const [first] = journey.wants.environments;
  const environment = step === 'production' ? 'production' : first;
  const cluster = environment && givenText(journey, `context.${environment}`);
  if (!environment || !cluster) return undefined;
  const pinned = givenText(journey, 'profile') !== undefined;
  return {
    environment: isPractice ? 'practice' : environment,
    namespace: namespaces[environment],
    cluster,
    pinned,
  };
}
