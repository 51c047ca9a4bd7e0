import { resolve } from 'node:path';
import { runbooks } from '../../runbooks/index.ts';
import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import { type KindName, kinds, ref } from '../core/kubernetes/kinds.ts';
import type { Io } from '../core/outside/io.ts';
import type { ReportTarget } from '../core/report/parts.ts';
import { parseScenario } from '../core/scenario.ts';
import { scenarioLooker } from '../core/scenario-look.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import { systemFiles } from '../edges/files/system-files.ts';
import { runRunbook } from './run-runbook.ts';

/** `runbook --from FILE`: looks at saved evidence, or at a scenario, instead of a cluster. */
export async function runOnEvidence(file: string, invocation: Invocation, io: Io): Promise<number> {
  if (invocation.options.fix)
    throw new ExpectedStop('usage', '--fix needs a cluster; --from only looks at a file.', [
      'Practise on it instead: orion-setup practice',
    ]);
  const path = resolve(io.cwd, file);
  const text = await systemFiles.read(path);
  if (text === undefined) throw new ExpectedStop('usage', `There is no file ${path}.`);
  const scenario = parseScenario(text, path);
  const runbook = runbooks.find(({ name }) => name === scenario.runbook);
  if (!runbook) throw new ExpectedStop('usage', `${path} is for the runbook ${scenario.runbook}, which is not there.`);
  const { kind, name, namespace } = scenario.target;
  const describes: ReportTarget = { profile: null, context: `file ${file}`, server: '', clusterUid: null, namespace };
  return runRunbook(
    {
      runbook,
      target: ref(kinds[kind as KindName], name, namespace),
      named: false,
      look: scenarioLooker(scenario),
      // The file's own moment: what was young then is young now.
      clock: { ...systemClock, now: () => new Date(scenario.now) },
      requests: () => 0,
      describes,
      cluster: undefined,
    },
    invocation,
    io,
  );
}
