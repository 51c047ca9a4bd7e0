import { describe, expect, test } from 'vitest';
import { codesOf, diagnosisOf, scenarios, told } from './scenario-files.ts';

describe('each scenario is called what it is', () => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    const wanted = scenario.expect;
    if (!wanted) throw new Error('a scenario of the catalogue says what it expects');

    const diagnosis = await diagnosisOf(scenario);

    const echoes = diagnosis.findings.filter(({ root }) => !root).map(({ code }) => code);
    expect(
      {
        outcome: diagnosis.outcome,
        roots: diagnosis.rootCauses.toSorted(),
        echoes: echoes.toSorted(),
        unrecognised: diagnosis.unrecognised !== null,
      },
      told(diagnosis),
    ).toEqual({
      outcome: wanted.outcome,
      roots: wanted.roots.toSorted(),
      echoes: wanted.echoes.toSorted(),
      unrecognised: wanted.unrecognised,
    });
    expect(codesOf(diagnosis).filter((code) => wanted.notFound.includes(code))).toEqual([]);
  });
});
