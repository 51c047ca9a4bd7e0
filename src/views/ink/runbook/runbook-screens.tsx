import { openScreens } from '../terminal/open-screens.tsx';
import type { RunbookLeft, RunbookProps } from './props.ts';
import { runbookProgram } from './runbook-program.ts';
import { RunbookView } from './runbook-view.tsx';
import { summaryOf } from './summary.ts';

/** A runbook on screens: looks, shows, mends after a yes, takes back. Ends when the operator leaves, and says what state things are in. */
export async function runbookScreens(props: RunbookProps): Promise<RunbookLeft> {
  const stdout = props.terminal.stdout ?? process.stdout;
  // OSC 52: the terminal's own clipboard, through ssh too; terminals that do not allow it ignore it.
  const copy = (text: string): void => {
    stdout.write(`\u{1b}]52;c;${Buffer.from(text).toString('base64')}\u{7}`);
  };
  const state = await openScreens(
    runbookProgram(props, copy),
    ({ state: shown, now, send }) => (
      <RunbookView state={shown} now={now} onMeasured={(measured) => send({ event: 'measured', measured })} />
    ),
    props.now,
    props.terminal,
  );
  const summary = summaryOf(state);
  // An interruption is reported by whoever turns it into an exit code; said twice it would look like two.
  if (state.over === 'quit') props.say(`${summary}\n`);
  return {
    how: state.over ?? 'interrupted',
    diagnosis: state.diagnosis,
    remediation: state.mending?.remediation ?? null,
    summary,
  };
}
