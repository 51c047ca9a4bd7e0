import { expect, test } from 'vitest';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { condition } from '../../src/core/kubernetes/field.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { livingWorld } from '../../src/practice/world-of-evidence.ts';
import { diagnosisOf, scenarios, told } from '../runbooks/scenario-files.ts';
import { quietCluster } from './quiet-cluster.ts';

const live = scenarios.filter(({ source }) => source === 'live');

/** What cannot be played of what was kept, and why; what was seen is diagnosed all the same. */
const notPlayed: Readonly<Record<string, string>> = {
  'live-handshake-refused':
    'the edge that refused is another host, which was not looked at: only the words of the redirect that leads there were kept',
};

/** Evidence that becomes a world to practise in shows the fault that it was kept of: not another, and not none. */
test.each(live.filter(({ name }) => !(name in notPlayed)).map((scenario) => [scenario.name, scenario] as const))(
  '%s',
  async (_, scenario) => {
    const { objects, ...lives } = livingWorld(scenario);
    const it = quietCluster({ objects, heal: lives.heal, world: lives.world, now: lives.now });
    // What time alone heals stays for ten seconds.
    it.pass(5);
    shows(await diagnosisOf({ ...lives, objects: it.cluster.store.all() }), scenario);
  },
);

test.each(Object.entries(notPlayed))('%s is diagnosed by what was kept: %s', async (name) => {
  const scenario = live.find((one) => one.name === name);
  if (!scenario) throw new Error(`there is no live scenario ${name}`);
  shows(await diagnosisOf(scenario), scenario);
});

function shows(diagnosis: Diagnosis, { expect: wanted }: Scenario): void {
  const echoes = diagnosis.findings.filter(({ root }) => !root).map(({ code }) => code);
  expect(
    { outcome: diagnosis.outcome, roots: diagnosis.rootCauses.toSorted(), echoes: echoes.toSorted() },
    told(diagnosis),
  ).toEqual({ outcome: wanted?.outcome, roots: wanted?.roots.toSorted(), echoes: wanted?.echoes.toSorted() });
}

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
