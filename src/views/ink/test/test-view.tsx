import { Box } from 'ink';
import type { TestReport } from '../../../core/report/test-report.ts';
import { factLines } from '../../plain/test-text.ts';
import type { DrawContent } from '../act/act-view.tsx';
import type { Mark } from '../glyphs.ts';
import { excerptOf } from '../parts/excerpt.ts';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { CheckList } from './check-list.tsx';
import { DrainProposal, DrainView } from './drain-view.tsx';
import type { TestContent } from './test-act.ts';

/** A testing procedure as it stands. Draws only. */
export const drawTest: DrawContent<TestContent> = ({ content, phase, selected, isOpen, room }) => {
  const { plan } = content;
  const report = phase === 'ended' ? content.report : undefined;
  if (phase === 'asking') return plan ? <DrainProposal plan={plan} unprobed={content.unprobed} /> : null;
  if (phase === 'doing') return <DrainView content={content} />;
  return (
    <Box flexDirection="column" rowGap={1}>
      {report && <Headline report={report} />}
      {report?.drain && <DrainView content={content} />}
      <CheckList
        checks={content.checks}
        isFilling={report === undefined}
        selected={phase === 'ended' ? selected : undefined}
        isOpen={isOpen}
        room={room}
      />
      {report && <Facts report={report} />}
    </Box>
  );
};

const ends: Readonly<Record<TestReport['outcome'], readonly [Mark, string]>> = {
  healthy: ['good', 'All is well.'],
  waiting: ['waiting', 'Nothing is wrong; it is not done yet.'],
  problem: ['broken', 'A problem was found.'],
  incomplete: ['unseen', 'Something that matters could not be looked at.'],
};

function Headline({ report }: { readonly report: TestReport }) {
  const [mark, says] = ends[report.outcome];
  const passed = report.checks.filter(({ state }) => state === 'passed').length;
  return (
    <Marked mark={mark}>
      <Prose>
        {says} {passed} of {report.checks.length} passed; seen from {report.seenFrom}.
        {report.drain ? ` In the history as ${report.drain.undoId}.` : ' Nothing was changed.'}
      </Prose>
    </Marked>
  );
}

/** What was seen beside the checks, as the lines say it. */
function Facts({ report }: { readonly report: TestReport }) {
  const { lines, left } = excerptOf(factLines(report));
  return (
    <Box flexDirection="column">
      {lines.map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one report never change places.
        <Prose key={place} dimColor={line.startsWith(' ')}>
          {line}
        </Prose>
      ))}
      {left > 0 && <Prose>{left} more lines, which the same command shows with --plain.</Prose>}
    </Box>
  );
}
