import { Box } from 'ink';
import { roomOf } from '../parts/measure.ts';
import { Prose } from '../parts/prose.tsx';
import { TakenBackView } from '../undo/taken-back-view.tsx';
import { AfterPage } from './after-page.tsx';
import { BeforePage, RefusedPage } from './before-page.tsx';
import { ByHandPage, EvidencePage, MessagePage, ReportPage, RuledOutPage } from './detail-pages.tsx';
import { DoingPage } from './doing-page.tsx';
import { LookingPage } from './looking-page.tsx';
import { OthersPage } from './others-page.tsx';
import { pageOf, type RunbookState } from './state.ts';
import { BeforeUndoPage } from './undo-pages.tsx';
import { VerdictPage } from './verdict-page.tsx';

export type PageProps = { readonly state: RunbookState; readonly now: Date };

/** The middle of the screen for the page shown. */
export function PageView({
  state,
  now,
  columns,
  rows,
}: PageProps & { readonly columns: number; readonly rows: number }) {
  const page = pageOf(state);
  switch (page.at) {
    case 'looking':
      return <LookingPage state={state} />;
    case 'verdict':
      return <VerdictPage state={state} now={now} room={roomOf(columns)} rows={rows} />;
    case 'evidence':
      return <EvidencePage state={state} />;
    case 'ruled-out':
      return <RuledOutPage state={state} />;
    case 'message':
      return <MessagePage state={state} />;
    case 'report':
      return <ReportPage text={page.text} />;
    case 'by-hand':
      return <ByHandPage remedy={page.remedy} />;
    case 'others':
      return <OthersPage turn={page.turn} diagnosis={state.diagnosis} />;
    case 'trying':
      return <Quiet says={`The server is asked what "${page.remedy.title}" would do. Nothing is changed by it.`} />;
    case 'before':
      return <BeforePage state={state} proposal={page.proposal} />;
    case 'refused':
      return <RefusedPage proposal={page.proposal} />;
    case 'doing':
      return <DoingPage state={state} now={now} room={roomOf(columns)} />;
    case 'after':
      return <AfterPage state={state} room={roomOf(columns)} />;
    case 'looking-back':
      return (
        <Quiet says="Whether it can be taken back is judged by what stands there now. Nothing is changed by it." />
      );
    case 'before-undo':
      return <BeforeUndoPage ways={page.ways} />;
    case 'undoing':
      return <Quiet says="It is being taken back." />;
    case 'undone':
      return <TakenBackView done={page.done} />;
    case 'stopped':
      return (
        <Box flexDirection="column">
          <Prose bold>{page.message}</Prose>
          {page.next.map((line) => (
            <Prose key={line}> {line}</Prose>
          ))}
        </Box>
      );
  }
}

const Quiet = ({ says }: { readonly says: string }) => <Prose>{says}</Prose>;
