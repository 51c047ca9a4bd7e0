import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import type { Site } from '../cert-pending/site.ts';
import { newHome, orion } from '../orion.ts';
import { podsOf, rolledOut } from '../pdb-blocking/site.ts';
import { podSpec } from '../sample-objects.ts';
import { run } from '../setup/installation.ts';
import { killedAt } from '../setup/killed.ts';
import { databaseOn, type Neighbours, newNeighbours } from './neighbours.ts';
import { checked, consent, newService, reportIn, testArgs } from './site.ts';

/** `test pdb --real --whole-node`: everybody on a node, in whatever namespace, as a drain goes about it, and nobody by force. */
const bed = currentBed();
let site: Site;
let neighbours: Neighbours;
/** One that a pod of the service is on. */
let node = '';

const nodes = async (): Promise<readonly Json[]> => (await bed.api.get('/api/v1/nodes')).items;
const cordoned = async (): Promise<readonly string[]> =>
  (await nodes()).filter(({ spec }) => spec.unschedulable === true).map(({ metadata }) => metadata.name);
const podsOn = async (name: string): Promise<readonly Json[]> =>
  (await bed.api.get(`/api/v1/pods?fieldSelector=spec.nodeName%3D${name}`)).items;
const namesOf = (pods: readonly Json[]): readonly string[] =>
  pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).toSorted();
const stays = ({ metadata }: Json): boolean => [neighbours.logging, neighbours.statics].includes(metadata.namespace);

const whole = (more: readonly string[] = []): readonly string[] =>
  testArgs(site, 'pdb', ['--real', '--whole-node', '--node', node, ...more]);

beforeAll(async () => {
  site = await newService('whole');
  neighbours = await newNeighbours((await nodes()).map(({ metadata }) => metadata.name));
}, 60_000);
beforeEach(async () => {
  await rolledOut(site);
  node = (await podsOf(site)).find(({ metadata }) => metadata.deletionTimestamp === undefined)?.spec.nodeName;
});
afterEach(async () => {
  for (const name of await cordoned()) await bed.kubectl(['uncordon', name]);
});

test('a dry run lists everybody it would touch, tries each eviction in every namespace, and changes nothing', async () => {
  await databaseOn(neighbours, node);
  const there = await podsOn(node);
  const mark = bed.auditMark();
  const said = await orion(whole(['--dry-run=server']));
  expect(said.code, said.stdout + said.stderr).toBe(0);
  const listed = (word: string) =>
    [...said.stderr.matchAll(new RegExp(`^  ${word} (\\S+?)(?:,|$| \\()`, 'gm'))].map(([, name]) => name).toSorted();
  expect(listed('evict')).toEqual(namesOf(there.filter((pod) => !stays(pod))));
  const byKubectl = await bed.kubectl(`drain ${node} --dry-run=client --ignore-daemonsets --delete-emptydir-data`);
  expect([...byKubectl.matchAll(/^evicting pod (\S+)/gm)].map(([, name]) => name).toSorted(), byKubectl).toEqual(
    listed('evict'),
  );
  expect(listed('leave')).toEqual(namesOf(there.filter(stays)));
  expect(said.stderr).toMatch(new RegExp(`evict ${neighbours.data}/db-\\S+ \\(its emptyDir goes with it\\)`));
  expect(said.stderr).toMatch(new RegExp(`leave ${neighbours.logging}/shipper-\\S+, of a DaemonSet`));
  expect(said.stderr).toContain(`leave ${neighbours.statics}/proxy-${node}, the node's own static pod`);
  const tried = (await bed.auditLog(mark)).filter(({ subresource, dryRun }) => subresource === 'eviction' && dryRun);
  expect(new Set(tried.map(({ namespace, name }) => `${namespace}/${name}`))).toEqual(
    new Set([...listed('evict'), ...namesOf(await podsOf(site))]),
  );
  expect(await bed.writesSince(mark)).toEqual([]);
});

test('a budget of others that lets none go is told with its sum before anything is done: 6', async () => {
  await databaseOn(neighbours, node, { budget: { minAvailable: 2 } });
  const mark = bed.auditMark();
  const said = await orion(whole(consent(site)));
  expect(said.code, said.stdout + said.stderr).toBe(6);
  const { message, next } = JSON.parse(said.stdout);
  expect(message).toMatch(/^Not drained: on worker-\w 2 of \d+ evictions would be refused\./);
  expect(message).toMatch(
    new RegExp(
      `${neighbours.data}/db-\\S+: held by its budget: The disruption budget db needs 2 healthy pods and has 2`,
    ),
  );
  expect(next).toEqual(['Leave out --whole-node to evict only the pods of the service.']);
  expect(await bed.writesSince(mark)).toEqual([]);
  expect(await cordoned()).toEqual([]);
});

test('a pod that no controller would make again is named, and the node is left as it is: 6', async () => {
  const bare = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'debug', namespace: neighbours.data },
    spec: { ...podSpec(), nodeName: node, volumes: [{ name: 'dump', emptyDir: {} }] },
  };
  await bed.kubectl('apply -f -', bare);
  const mark = bed.auditMark();
  const said = await orion(whole(consent(site)));
  expect(said.code, said.stdout + said.stderr).toBe(6);
  expect(JSON.parse(said.stdout).message).toContain(
    `${neighbours.data}/debug with its emptyDir would be lost: no controller makes it again`,
  );
  expect(await bed.writesSince(mark)).toEqual([]);
  await bed.kubectl(`-n ${neighbours.data} delete pod debug --grace-period=0 --force`);
});

test('without a word nothing is done, and the command to say it with has all that was chosen: 6', async () => {
  await databaseOn(neighbours, node);
  const mark = bed.auditMark();
  const said = await orion(whole());
  expect(said.code, said.stdout + said.stderr).toBe(6);
  expect(JSON.parse(said.stdout).next[0]).toContain(
    `--real --whole-node --node ${node} -n ${site.namespace} --yes --confirm ${site.namespace}`,
  );
  expect(await bed.writesSince(mark)).toEqual([]);
});

test('kill -9 while others are evicted: the next start lets the node take pods again and says so', async () => {
  await databaseOn(neighbours, node);
  const home = newHome();
  const place = { folder: home, home };
  await killedAt(place, `after sent Pod ${neighbours.data}`, whole(consent(site)));
  expect(await cordoned()).toEqual([node]);
  const next = await run(place, ['runbook', 'pdb-blocking', '-n', site.namespace, '-o', 'json']);
  expect(next.stderr).toContain('it takes pods again');
  expect(await cordoned()).toEqual([]);
  const again = await run(place, ['runbook', 'pdb-blocking', '-n', site.namespace, '-o', 'json']);
  expect(again.stderr).toBe('');
});

test('everybody goes but those of DaemonSets and the static ones; clients are answered; the node takes pods again', async () => {
  await databaseOn(neighbours, node);
  const before = await podsOn(node);
  const mark = bed.auditMark();
  const said = await orion(whole(consent(site)));
  const report = reportIn(said);
  const told = JSON.stringify(report, null, 2) + said.stderr;
  expect(said.code, told).toBe(0);
  expect(report.drain, told).toMatchObject({
    scope: 'whole-node',
    cordoned: true,
    uncordoned: true,
    stopped: null,
    probes: { share: 1 },
  });
  expect(report.drain?.ready.lowest).toBeGreaterThanOrEqual(1);
  expect(report.drain?.evicted.map(({ pod }) => pod).toSorted()).toEqual(namesOf(before.filter((pod) => !stays(pod))));
  const uids = (await podsOn(node)).map(({ metadata }) => metadata.uid);
  for (const pod of before)
    expect([pod.metadata.name, uids.includes(pod.metadata.uid)]).toEqual([pod.metadata.name, stays(pod)]);
  expect(await cordoned()).toEqual([]);
  const kinds = new Set(
    (await bed.writesSince(mark)).map(({ verb, resource, subresource }) => `${verb} ${resource}/${subresource ?? ''}`),
  );
  expect([...kinds].toSorted()).toEqual(['create pods/eviction', 'patch nodes/']);
});

test('a budget of others that holds in the middle is told, waited for as long as was said, and not forced', async () => {
  // Bound to the node, so that the first one evicted comes up nowhere, and the budget keeps the second.
  await databaseOn(neighbours, node, { isBound: true });
  const said = await orion(whole([...consent(site), '--timeout', '20s']));
  const report = reportIn(said);
  expect(said.code, said.stderr).toBe(3);
  expect(said.stderr).toMatch(
    new RegExp(`${neighbours.data}/db-\\S+ is held by its budget: .*needs 1 healthy pods? and has 1`),
  );
  expect(report.drain?.stopped).toMatch(
    new RegExp(`${neighbours.data}/db-\\S+ was held by its budget until the time was over`),
  );
  expect(report.drain?.uncordoned).toBe(true);
  expect(checked(report, 'drained').state).toBe('failed');
  expect(checked(report, 'stayed-ready').state).toBe('passed');
  expect(await cordoned()).toEqual([]);
  // It takes pods again: whoever was waiting comes up.
  await rolledOut({ namespace: neighbours.data }, 'db');
  const left = await until('both pods', async () => {
    const pods = await podsOf({ namespace: neighbours.data }, 'db');
    return pods.length === 2 ? pods : undefined;
  });
  expect(left.every(({ spec }) => spec.nodeName === node)).toBe(true);
});
