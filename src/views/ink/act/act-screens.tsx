import { openScreens, type Terminal } from '../terminal/open-screens.tsx';
import type { Act, ActState } from './act.ts';
import { actProgram } from './act-program.ts';
import { ActView, type DrawContent } from './act-view.tsx';

/** A command on screens. Ends when the operator leaves, or goes on to what the end leads to. */
export async function actScreens<Content, Told>(
  act: Act<Content, Told>,
  draw: DrawContent<Content>,
  now: () => Date,
  terminal: Terminal,
): Promise<Exclude<ActState<Content>['over'], undefined>> {
  const { over } = await openScreens(
    actProgram(act, now),
    ({ state, now: moment, send }) => (
      <ActView
        act={act}
        state={state}
        draw={draw}
        now={moment}
        onMeasured={(measured) => send({ event: 'measured', measured })}
      />
    ),
    now,
    terminal,
  );
  return over ?? 'interrupted';
}
