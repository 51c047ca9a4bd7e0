import { openScreens, type Terminal } from '../terminal/open-screens.tsx';
import { type HistoryFacts, historyProgram } from './history-program.ts';
import { HistoryView } from './history-view.tsx';

type HistoryProps = HistoryFacts & { readonly now: () => Date; readonly terminal: Terminal };

export type HistoryLeft = {
  readonly to: 'left' | 'interrupted' | { readonly undo: string };
  /** The change that was open then. */
  readonly open: string | undefined;
};

/** The changes on a screen. Ends when the operator leaves, or wants one taken back. */
export async function historyScreen({ now, terminal, ...facts }: HistoryProps): Promise<HistoryLeft> {
  const { over, open } = await openScreens(
    historyProgram(facts),
    ({ state, now: moment, send }) => (
      <HistoryView state={state} now={moment} onMeasured={(measured) => send({ event: 'measured', measured })} />
    ),
    now,
    terminal,
  );
  return { to: over ?? 'interrupted', open: open?.id };
}
