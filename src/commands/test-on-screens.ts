import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { type ProcedureName, procedureNames } from '../core/report/test-report.ts';
import { environmentNames, namespaces } from '../core/setup/settings.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import { homeScreen } from '../views/ink/home/home-screen.tsx';
import { type TestContent, type TestTold, testAct } from '../views/ink/test/test-act.ts';
import { drawTest } from '../views/ink/test/test-view.tsx';
import { bandOf, onActScreens } from './on-act-screens.ts';
import { run as runbook } from './runbook.ts';
import { test, testNamed } from './test.ts';
import { testByLine } from './test-face.ts';

const titles: Readonly<Record<ProcedureName, string>> = {
  certificate: 'Certificate, in its Secret and as it is served',
  ingress: 'Ingress, as a client sees it',
  metrics: 'Metrics, and who provides them',
  pdb: 'Evictions under the budget',
};

/** The testing procedures on screens: chosen from a list where none is named, and back to it. Answers the exit code of the last. */
export async function testOnScreens(invocation: Invocation, io: Io): Promise<number> {
  const { words } = invocation;
  const isChosen = words.length === 0 || (words.length === 1 && environmentNames.some((name) => name === words[0]));
  if (!isChosen) return await oneTest(testNamed(words), words[1], invocation, io);
  let code = 0;
  for (;;) {
    const choice = await homeScreen({
      profile: undefined,
      environments: [],
      rows: procedureNames.map((name) => ({ id: name, title: titles[name], aside: `test ${name}` })),
      now: systemClock.now,
      terminal: { env: io.env, noColor: invocation.options['no-color'] ?? false, signal: io.signal },
    });
    if (choice.chose === 'interrupted') throw new ExpectedStop('interrupted', 'Left. Nothing was changed.');
    const name = procedureNames.find((one) => one === choice.chose);
    if (!name) return code;
    try {
      code = await oneTest(name, words[0], invocation, io);
    } catch (error) {
      // Its own screen has said it.
      if (!(error instanceof ExpectedStop) || error.reason === 'interrupted') throw error;
    }
  }
}

async function oneTest(
  name: ProcedureName,
  environment: string | undefined,
  invocation: Invocation,
  io: Io,
): Promise<number> {
  const isReal = invocation.options.real ? ' for real' : '';
  let namespace = invocation.options.namespace ?? namespaces[environment === 'production' ? 'production' : 'staging'];
  const { code, to } = await onActScreens<TestContent, TestTold>(
    (run) => testAct({ name, title: `${titles[name]}${isReal}`, run }),
    drawTest,
    (face, behind) =>
      test(name, environment, invocation, behind, {
        entered: (place, context) => {
          namespace = place.namespace ?? namespace;
          face.entered(bandOf(place, context));
        },
        looked: face.looked,
        filled: ({ checks }) => face.tell({ event: 'filled', checks }),
        proposed: (plan, unprobed) => face.tell({ event: 'proposed', plan, unprobed }),
        consents: (wanted) => face.consents(wanted, 'drain it'),
        tell: face.tell,
        ended: (report) => {
          face.tell({ event: 'reported', report });
          testByLine(invocation, behind).ended(report);
        },
      }),
    invocation,
    io,
  );
  const { options } = invocation;
  if (to === 'real')
    return await oneTest(name, environment, { ...invocation, options: { ...options, real: true } }, io);
  if (to === undefined) return code;
  return await runbook({ words: to.split(' ').slice(1), options: { ...options, namespace } }, io);
}
