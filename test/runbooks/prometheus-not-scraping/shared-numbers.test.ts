import { expect, test } from 'vitest';
import type { Sample } from '../../../src/core/look-answers.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { codesOf, diagnosisOf, scenarios, told } from '../scenario-files.ts';

/**
 * Targets of equal labels write into one series: several paths of one port, or another monitor of the same Service. What it says then is of
 * whichever was scraped last, so that any of its numbers may be nothing while the page of our target is full.
 */
const counted = 'scrape_samples_scraped{';

const isCounted = (look: string): boolean => look.startsWith('prometheus-query') && look.includes(counted);

const full = scenarios.filter(
  ({ world, expect: wanted }) =>
    Object.keys(world.looks).some(isCounted) && !wanted?.roots.includes('app-metrics-disabled'),
);

/** The same, with nothing counted at those places where the bits are set. */
function withNothingAt(scenario: Scenario, bits: number): Scenario {
  const looks = Object.entries(scenario.world.looks).map(([look, answer]) => [
    look,
    isCounted(look)
      ? (answer as readonly Sample[]).map((sample, place) => ({ ...sample, value: bits & (1 << place) ? 0 : 7 }))
      : answer,
  ]);
  return { ...scenario, world: { ...scenario.world, looks: Object.fromEntries(looks) } };
}

test.each(full.flatMap((scenario) => [0, 1, 2, 3].map((bits) => [scenario.name, bits, scenario] as const)))(
  '%s: whatever stands in the series (%d), a full page is not called empty',
  async (_, bits, scenario) => {
    const diagnosis = await diagnosisOf(withNothingAt(scenario, bits));
    expect(codesOf(diagnosis), told(diagnosis)).not.toContain('app-metrics-disabled');
  },
);
