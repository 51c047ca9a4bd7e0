import { Box, useWindowSize } from 'ink';
import { Frame, type Place } from '../parts/frame.tsx';
import { HelpPage } from '../parts/help-page.tsx';
import { Marked } from '../parts/marked.tsx';
import { roomOf } from '../parts/measure.ts';
import { wallTime } from '../parts/moments.ts';
import { Prose } from '../parts/prose.tsx';
import type { Measured } from '../parts/scroll.ts';
import { PointList } from './point-list.tsx';
import { type VerifyState, verifyKeys } from './verify-program.ts';

type Props = {
  readonly state: VerifyState;
  readonly place: Place;
  readonly now: Date;
  readonly onMeasured: (measured: Measured) => void;
};

const about =
  'Thirteen points, each with what was expected and what was seen, in one pass over the cluster and from this machine. Nothing is changed. A point that is not green names the cause and the runbook that mends it.';

const beforeMarks = { passed: 'good', failed: 'broken', 'not-looked': 'unseen', remarked: 'look' } as const;

/** The points of an environment, and what else was seen that is not as it should be. Draws only. */
export function VerifyView({ state, place, now, onMeasured }: Props) {
  const { columns } = useWindowSize();
  return (
    <Frame place={place} corner={wallTime(now)} keys={verifyKeys(state)} scroll={state.scroll} onMeasured={onMeasured}>
      {state.help ? (
        <HelpPage keys={verifyKeys({ ...state, help: false })} about={about} />
      ) : (
        <Box flexDirection="column" rowGap={1}>
          <Headline state={state} />
          {state.report && (
            <PointList points={state.report.points} selected={state.choice.selected} room={roomOf(columns)} />
          )}
          {state.report?.before
            .filter((one) => one.state !== 'passed')
            .map(({ id, title, state: is, saw }) => (
              <Marked key={id} mark={beforeMarks[is]}>
                <Prose>
                  {title}: {saw}.
                </Prose>
              </Marked>
            ))}
        </Box>
      )}
    </Frame>
  );
}

function Headline({ state: { title, report, looking, failure } }: { readonly state: VerifyState }) {
  if (failure)
    return (
      <Marked mark="look">
        <Prose>{failure.message}</Prose>
        {failure.next.map((step) => (
          <Prose key={step}>{step}</Prose>
        ))}
      </Marked>
    );
  if (looking !== undefined)
    return (
      <Marked mark="waiting">
        <Prose bold>{title}</Prose>
        <Prose>Looking: {looking} things so far.</Prose>
      </Marked>
    );
  if (!report) return null;
  const { summary, points } = report;
  const others = [
    ...(summary.failed > 0 ? [`${summary.failed} failed`] : []),
    ...(summary.waiting > 0 ? [`${summary.waiting} not done yet`] : []),
    ...(summary.notLooked > 0 ? [`${summary.notLooked} not looked at`] : []),
  ];
  const mark = { healthy: 'good', problem: 'broken', waiting: 'waiting', incomplete: 'unseen' } as const;
  return (
    <Marked mark={mark[report.outcome]}>
      <Prose bold>{title}</Prose>
      <Prose>
        {summary.passed} of {points.length} passed{others.length > 0 ? `, ${others.join(', ')}` : ''}
        {report.host ? `; ${report.host} as a client sees it from here` : ''}.
      </Prose>
    </Marked>
  );
}
