import { expect, test } from 'vitest';
import { condition } from '../../src/core/kubernetes/field.ts';
import { livingWorld } from '../../src/practice/world-of-evidence.ts';
import { diagnosisOf, scenarios, told } from '../runbooks/scenario-files.ts';
import { quietCluster } from './quiet-cluster.ts';

/** Evidence that becomes a world to practise in shows the fault that it was kept of: not another, and not none. */
const live = scenarios.filter(
  ({ source, runbook, name }) =>
    source === 'live' &&
    runbook === 'cert-pending' &&
    // An edge in front that takes TLS only with a certificate is not played.
    name !== 'live-handshake-refused',
);

test.each(live.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
  const { objects, ...lives } = livingWorld(scenario);
  const it = quietCluster({ objects, heal: lives.heal, world: lives.world, now: lives.now });
  // What time alone heals stays for ten seconds.
  it.pass(5);
  const diagnosis = await diagnosisOf({ ...lives, objects: it.cluster.store.all() });
  expect(diagnosis.rootCauses.toSorted(), told(diagnosis)).toEqual(scenario.expect?.roots.toSorted());
});

test('a Challenge that was kept before anybody took it is taken once its story goes on', () => {
  const scenario = live.find(({ name }) => name === 'live-record-leads-elsewhere');
  if (!scenario) throw new Error('the story is gone');
  const { objects, heal, world, now } = livingWorld(scenario);
  const untaken = objects.map((object) => {
    const { status, ...rest } = object;
    return object.kind === 'Challenge' ? rest : { ...rest, ...(status === undefined ? {} : { status }) };
  });
  const it = quietCluster({ objects: untaken, heal, world, now });
  const { namespace } = scenario.target;
  it.pass(300);
  expect(it.all('Challenge', namespace)[0]).not.toHaveProperty('status');
  for (const step of heal) if ('world' in step) it.world(step.world);
  it.pass(120);
  expect(condition(it.all('Certificate', namespace)[0], 'Ready')).toMatchObject({ status: 'True' });
});
