import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { historyReport } from '../core/report/history-report.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import { historyScreen } from '../views/ink/history/history-screen.tsx';
import { journalsOf } from './change-log.ts';
import { undoOnScreens } from './undo-on-screens.ts';

/** The changes on screens; one that is to be taken back, and back to a fresh list. */
export async function historyOnScreens(id: string | undefined, invocation: Invocation, io: Io): Promise<number> {
  let opens = id;
  for (;;) {
    const { items } = historyReport(await journalsOf(io).list(), io.version, true);
    const left = await historyScreen({
      items,
      opens,
      now: systemClock.now,
      terminal: { env: io.env, noColor: invocation.options['no-color'] ?? false, signal: io.signal },
    });
    if (left.to === 'left') return 0;
    if (left.to === 'interrupted') throw new ExpectedStop('interrupted', 'Left. Nothing was changed.');
    opens = left.open;
    try {
      await undoOnScreens({ words: [left.to.undo], options: invocation.options }, io);
    } catch (error) {
      // Its own screen has said it.
      if (!(error instanceof ExpectedStop) || error.reason === 'interrupted') throw error;
    }
  }
}
