import { expect, test } from 'vitest';
import { livingWorld } from '../../src/practice/world-of-evidence.ts';
import { diagnosisOf, scenarios, told } from '../runbooks/scenario-files.ts';
import { quietCluster } from './quiet-cluster.ts';

/** Evidence that becomes a world to practise in shows the fault that it was kept of: not another, and not none. */
const live = scenarios.filter(({ source }) => source === 'live');

test.each(live.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
  const lives = livingWorld(scenario);
  const it = quietCluster(lives);
  it.pass(60);
  const { objects: __, ...rest } = lives;
  const diagnosis = await diagnosisOf({ ...rest, objects: it.cluster.store.all() });
  expect(diagnosis.rootCauses.toSorted(), told(diagnosis)).toEqual(scenario.expect?.roots.toSorted());
});
