import type { Ending, Journey } from '../../../core/setup/state.ts';
import { openScreens } from '../terminal/open-screens.tsx';
import type { SetupProps } from './props.ts';
import { interrupted, type Outcome, setupProgram } from './setup-program.ts';
import { SetupView } from './setup-view.tsx';

/** Set-up on screens. Answers what it came to; throws what it threw, once the terminal is back in order. */
export async function setupScreens<Result extends { readonly journey: Journey; readonly ending: Ending }>(
  props: SetupProps<Result>,
): Promise<Result> {
  const outcome: Outcome<Result> = { result: undefined, error: undefined };
  const { isLeaving } = await openScreens(
    setupProgram(props, outcome),
    ({ state, now, send }) => (
      <SetupView state={state} now={now} onMeasured={(measured) => send({ event: 'measured', measured })} />
    ),
    props.now,
    props.terminal,
  );
  // What goes on after practised set-up does not, once the operator has left.
  if (props.isPractice && isLeaving) throw interrupted();
  if (outcome.result !== undefined) return outcome.result;
  throw outcome.error ?? interrupted();
}
