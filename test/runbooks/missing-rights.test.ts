import { describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { isOutside, type Look, nameOf } from '../../src/core/look.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { rightFor, scenarioLooker } from '../../src/core/scenario-look.ts';
import { failureOf, without } from './missing-look.ts';
import { codesOf, diagnosisOf, scenarios, told } from './scenario-files.ts';

/** Every look that a scenario leads to, each once. */
async function looksOf(scenario: Scenario): Promise<readonly Look[]> {
  const made: Look[] = [];
  const look = scenarioLooker(scenario);
  await diagnosisOf(scenario, (item, signal) => {
    made.push(item);
    return look(item, signal);
  });
  return made;
}

const said = (diagnosis: Diagnosis) => ({
  outcome: diagnosis.outcome,
  codes: codesOf(diagnosis),
  waiting: diagnosis.waiting?.for ?? null,
});

describe('without one of its looks, a diagnosis names nothing wrong', () => {
  describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    test('every look in turn', async () => {
      const whole = await diagnosisOf(scenario);
      for (const look of await looksOf(scenario)) {
        const part = await diagnosisOf(scenario, without(scenario, look));
        const context = `without "${nameOf(look)}":\n${told(part)}`;

        expect(whole.rootCauses, context).toEqual(expect.arrayContaining([...part.rootCauses]));
        // To know less never makes it better: a cause that is out of sight is not "healthy", nor "nobody wrote it down".
        if (part.rootCauses.length === 0 && (whole.rootCauses.length > 0 || said(part).outcome !== whole.outcome)) {
          expect(part.outcome, context).toBe('incomplete');
        }
        // Who says the same although a look is missing had no need of it.
        if (part.outcome === whole.outcome && part.rootCauses.length === whole.rootCauses.length) {
          expect(said(part).waiting, context).toEqual(said(whole).waiting);
        }
        const missed = part.coverage.notLooked.find(({ what }) => what === nameOf(look));
        expect(missed, context).toBeDefined();
        if (!isOutside(look)) expect(missed?.needs).toBe(rightFor(look));
        expect(part.coverage.looked, context).toBeLessThan(part.coverage.of);
      }
    });
  });
});

test('without any rights at all the answer is that nothing could be seen', async () => {
  for (const scenario of scenarios) {
    const diagnosis = await diagnosisOf(scenario, (look) => Promise.resolve(failureOf(look)));
    expect(said(diagnosis), scenario.name).toEqual({ outcome: 'incomplete', codes: [], waiting: null });
    expect(diagnosis.impact).toMatch(/^unknown: /);
  }
});
