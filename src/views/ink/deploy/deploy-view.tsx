import { Box } from 'ink';
import { ago } from '../../../core/durations.ts';
import type { DeployReport } from '../../../core/report/deploy-report.ts';
import type { Phase } from '../act/act.ts';
import type { DrawContent } from '../act/act-view.tsx';
import type { Mark } from '../glyphs.ts';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { useFocusedRow } from '../parts/scroll-area.tsx';
import { type DeployContent, isListed } from './deploy-act.ts';
import { summaryOf } from './object-rows.ts';
import { ProposalView } from './proposal-view.tsx';

/** Diff, deploy and rollback as they stand. Draws only. */
export const drawDeploy: DrawContent<DeployContent> = ({ content, phase, selected, isOpen, now, room }) => {
  const { report } = content;
  return (
    <Box flexDirection="column">
      {content.otherRuns.map((text) => (
        <Marked key={text} mark="look">
          <Prose>{text}</Prose>
        </Marked>
      ))}
      {isListed(report?.action, phase) ? (
        <Box flexDirection="column">
          <Lead content={content} phase={phase} />
          <ProposalView content={content} selected={selected} isOpen={isOpen} room={room} />
        </Box>
      ) : (
        <Box flexDirection="column" rowGap={1}>
          {content.sent.length > 0 && <Sent sent={content.sent} />}
          {phase === 'doing' && <Doing content={content} now={now} />}
          {report && phase === 'ended' && <Ended report={report} />}
        </Box>
      )}
    </Box>
  );
};

function Sent({ sent }: { readonly sent: DeployContent['sent'] }) {
  return (
    <Box flexDirection="column">
      {sent.map(({ do: what, object, ok, detail }) => (
        <Marked key={`${what} ${object}`} mark={ok ? 'good' : 'broken'}>
          <Prose>{ok ? `${done(what)} ${object}` : `Refused: ${object}: ${detail}`}</Prose>
        </Marked>
      ))}
    </Box>
  );
}

const done = (what: string): string => ({ apply: 'Applied', delete: 'Deleted', patch: 'Patched' })[what] ?? 'Done:';

/** What is shown, and what follows a yes. */
function Lead({
  content: { heading, rows, shown, report },
  phase,
}: {
  readonly content: DeployContent;
  readonly phase: Phase;
}) {
  return (
    <Box flexDirection="column" marginBottom={1}>
      {heading !== '' && <Prose>{heading}</Prose>}
      <Prose>{summaryOf(rows, shown?.unchanged ?? 0)}</Prose>
      {report ? (
        <Marked mark={report.outcome === 'unchanged' ? 'good' : report.outcome === 'incomplete' ? 'unseen' : 'look'}>
          <Prose>{report.because}</Prose>
        </Marked>
      ) : (
        phase === 'asking' && (
          <Prose dimColor>By a dry run on the server. After your word: applied in order, waited for, verified.</Prose>
        )
      )}
    </Box>
  );
}

/** What is done now, since when, and why it is not done yet. */
function Doing({ content: { step, reasons, since }, now }: { readonly content: DeployContent; readonly now: Date }) {
  const last = useFocusedRow();
  const says = {
    sending: 'Applying, in order',
    waiting: 'Waiting until certificate and pods are ready',
    verifying: 'Ready. Verifying by the points of the gate',
  }[step];
  return (
    <Box flexDirection="column" {...(last ? { ref: last } : {})}>
      <Marked mark="waiting">
        <Box columnGap={2}>
          <Box flexGrow={1} flexShrink={1}>
            <Prose bold>{says}</Prose>
          </Box>
          <Box flexShrink={0} width={8} justifyContent="flex-end">
            <Prose dimColor>{ago(now.getTime() - since)}</Prose>
          </Box>
        </Box>
        {reasons.map((reason) => (
          <Prose key={reason}>{reason}</Prose>
        ))}
      </Marked>
    </Box>
  );
}

const ends: Readonly<Record<DeployReport['outcome'], readonly [Mark, string]>> = {
  healthy: ['good', 'Done and verified.'],
  unchanged: ['good', 'Nothing to change.'],
  different: ['look', 'Different.'],
  waiting: ['waiting', 'Done, and not ready yet.'],
  problem: ['broken', 'A problem was found.'],
  incomplete: ['unseen', 'Done; not all of it could be looked at.'],
};
const checkMarks = { passed: 'good', failed: 'broken', 'not-looked': 'unseen' } as const;
const checkWords = { passed: '', failed: 'failed: ', 'not-looked': 'not looked at: ' } as const;

/** What it came to: proved point by point, and how to go on or back. */
function Ended({ report }: { readonly report: DeployReport }) {
  const [mark, word] = ends[report.outcome];
  return (
    <Box flexDirection="column" rowGap={1}>
      <Marked mark={mark}>
        <Prose bold>{word}</Prose>
        <Prose>{report.because}</Prose>
        {report.gate && <Prose>Gate: {report.gate.because}</Prose>}
        {report.overridden !== null && <Prose>Gate overridden: {report.overridden}</Prose>}
        {report.undoId !== null && <Prose>In the history as {report.undoId}.</Prose>}
      </Marked>
      {report.notApplied.length > 0 && (
        <Marked mark="unseen">
          <Prose>Not done: {report.notApplied.join(', ')}</Prose>
        </Marked>
      )}
      <Box flexDirection="column">
        {report.checks.map(({ id, title, state, detail }) => (
          <Marked key={id} mark={checkMarks[state]}>
            <Prose>
              {checkWords[state]}
              {title}
              {state === 'passed' ? '' : `: ${detail}`}
            </Prose>
          </Marked>
        ))}
      </Box>
      {report.next.length > 0 && (
        <Box flexDirection="column">
          <Prose dimColor>Next</Prose>
          {report.next.map((line) => (
            <Prose key={line}>{line}</Prose>
          ))}
        </Box>
      )}
    </Box>
  );
}
