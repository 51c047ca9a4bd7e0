import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runbooks } from '../../runbooks/index.ts';
import type { Diagnosis, Runbook } from '../../src/core/diagnosis.ts';
import { type KindName, kinds } from '../../src/core/kubernetes/kinds.ts';
import type { ObjectRef } from '../../src/core/kubernetes/object.ts';
import type { Looker } from '../../src/core/look.ts';
import { parseScenario, type Scenario } from '../../src/core/scenario.ts';
import { scenarioLooker } from '../../src/core/scenario-look.ts';
import { diagnose } from '../../src/engine/diagnose.ts';

export const runbooksFolder = fileURLToPath(new URL('../../runbooks', import.meta.url));

/** Every scenario of every runbook, from the files themselves: what is not registered anywhere cannot be forgotten. */
export const scenarios: readonly Scenario[] = runbooks.flatMap(({ name }) => {
  const folder = `${runbooksFolder}/${name}/scenarios`;
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => {
      const scenario = parseScenario(readFileSync(`${folder}/${file}`, 'utf8'), file);
      if (file !== `${scenario.name}.yaml`) throw new Error(`${file} calls itself ${scenario.name}`);
      if (scenario.runbook !== name) throw new Error(`${file} of ${name} is for ${scenario.runbook}`);
      return scenario;
    });
});

export function runbookOf(scenario: Scenario): Runbook {
  const found = runbooks.find(({ name }) => name === scenario.runbook);
  if (!found) throw new Error(`${scenario.name}: there is no runbook ${scenario.runbook}`);
  return found;
}

export const targetOf = ({ target }: Scenario): ObjectRef => ({
  apiVersion: kinds[target.kind as KindName].apiVersion,
  ...target,
});

export function diagnosisOf(scenario: Scenario, look: Looker = scenarioLooker(scenario)): Promise<Diagnosis> {
  return diagnose(runbookOf(scenario), targetOf(scenario), look, new Date(scenario.now), new AbortController().signal);
}

export const codesOf = ({ findings }: Diagnosis): readonly string[] => findings.map(({ code }) => code);

/** What a reader of a failed test needs: each finding with its reason, and what was said where nothing was found. */
export function told(diagnosis: Diagnosis): string {
  return [
    `outcome ${diagnosis.outcome}`,
    ...diagnosis.findings.map(
      ({ root, code, confidence, because }) => `  ${root ? 'ROOT' : 'echo'} ${code} (${confidence}): ${because}`,
    ),
    ...(diagnosis.unrecognised ? [`  unrecognised: ${diagnosis.unrecognised.quote}`] : []),
    ...(diagnosis.waiting ? [`  waiting for ${diagnosis.waiting.for}`] : []),
    ...diagnosis.coverage.notLooked.map(({ what, because }) => `  not looked: ${what} (${because})`),
    ...diagnosis.ruledOut.map(({ code, because }) => `  not ${code}: ${because}`),
  ].join('\n');
}
