import type { VerifyReport } from '../../../core/report/verify-report.ts';
import type { Place } from '../parts/frame.tsx';
import { openScreens, type Terminal } from '../terminal/open-screens.tsx';
import { type VerifyFacts, verifyProgram } from './verify-program.ts';
import { VerifyView } from './verify-view.tsx';

type VerifyProps = VerifyFacts & { readonly place: Place; readonly now: () => Date; readonly terminal: Terminal };

export type VerifyLeft = {
  /** The runbook that was asked for, or how it was left. */
  readonly to: 'quit' | 'interrupted' | { readonly runbook: string };
  readonly report: VerifyReport | undefined;
};

/** The thirteen points on a screen. Ends when the operator leaves, or goes on to a runbook. */
export async function verifyScreen({ place, now, terminal, ...facts }: VerifyProps): Promise<VerifyLeft> {
  const state = await openScreens(
    verifyProgram(facts),
    ({ state: shown, now: moment, send }) => (
      <VerifyView
        state={shown}
        place={place}
        now={moment}
        onMeasured={(measured) => send({ event: 'measured', measured })}
      />
    ),
    now,
    terminal,
  );
  return { to: state.over ?? 'interrupted', report: state.report };
}
