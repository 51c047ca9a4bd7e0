import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { currentBed } from '../bed/bed.ts';
import { command, consentTo } from '../deploy/pipeline.ts';
import { podsOf, rolledOut } from '../pdb-blocking/site.ts';
import { databaseOn, type Neighbours, newNeighbours } from '../procedures/neighbours.ts';
import { reportIn } from '../procedures/site.ts';
import { emptyCluster, type Installation, run } from '../setup/installation.ts';
import { soundStaging } from '../verify/sound-staging.ts';
import { type AtomicRule, type Holder, holderOf, told } from './printed-roles.ts';
import { unnamed } from './unnamed.ts';

/** `test pdb --real` by somebody who has the printed Roles and nothing else. */
const bed = currentBed();
const consent = consentTo('staging');

let pipeline: Installation;
let holder: Holder;
beforeAll(async () => {
  await emptyCluster();
  const { installation } = await soundStaging();
  pipeline = installation;
  holder = await holderOf('test', 'pdb', 'staging', '--real');
}, 120_000);
afterAll(emptyCluster);

const cordoned = () => bed.kubectl('get nodes -o jsonpath={.items[?(@.spec.unschedulable)].metadata.name}');
const byTool = async (mark: number) =>
  (await bed.writesSince(mark)).filter(({ resource }) => !/^(cluster)?role/.test(resource));

test('without any one of its rules no node is cordoned, and the rule is named', async () => {
  const mark = bed.auditMark();
  // The profile knows cluster and host, so that neither is asked for in doubt.
  const known = ['get namespaces kube-system', 'list ingresses', 'list certificates'];
  const isUsed = (rule: AtomicRule) => !known.some((words) => told(rule).startsWith(words));
  // What is asked of the node and its pods only where the tried evictions went well.
  const later = ['list nodes', 'get nodes', 'patch nodes'];
  const hidesOthers = ['list deployments', 'list pods', 'list poddisruptionbudgets', ...later];
  const wrong = await unnamed(holder.rules, { without: isUsed, hidesOthers }, (as) =>
    command(pipeline, 'test pdb staging --real -o json', [...consent, '--as', as]),
  );
  expect(wrong).toEqual([]);
  expect(await byTool(mark)).toEqual([]);
});

test('with them a node is drained and takes pods again', async () => {
  const { kubeconfig } = holder;
  const words = ['test', 'pdb', 'staging', '--real', '--no-input', '-o', 'json', '--resolver', bed.resolver];
  const ran = await run(pipeline, [...words, ...consent], { kubeconfig });
  const { drain, outcome } = reportIn(ran);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(outcome).toBe('healthy');
  expect(drain).toMatchObject({ cordoned: true, uncordoned: true, stopped: null });
  expect(drain?.probes.share).toBe(1);
  expect(await cordoned()).toBe('');
});

describe('of a whole node', () => {
  const words = ['test', 'pdb', 'staging', '--real', '--whole-node'];
  let neighbours: Neighbours;
  let everywhere: Holder;
  let node = '';
  beforeAll(async () => {
    await rolledOut({ namespace: 'orion-staging' });
    const { items } = await bed.api.get('/api/v1/nodes');
    neighbours = await newNeighbours(items.map(({ metadata }: Json) => metadata.name));
    node = (await podsOf({ namespace: 'orion-staging' }))[0].spec.nodeName;
    await databaseOn(neighbours, node);
    everywhere = await holderOf(...words);
  }, 120_000);

  test('more than for our own pods is asked for pods alone: list, get, and evict everywhere', () => {
    const more = everywhere.rules.map(told).filter((rule) => !holder.rules.map(told).includes(rule));
    expect(more.toSorted()).toEqual(['create pods/eviction', 'get pods', 'list pods']);
  });

  test('without any one of them nobody is touched, and it is named before', async () => {
    const mark = bed.auditMark();
    const more = ['create pods/eviction', 'get pods', 'list pods'];
    const removing = { without: (rule: AtomicRule) => more.includes(told(rule)), hidesOthers: more };
    const wrong = await unnamed(everywhere.rules, removing, (as) =>
      command(pipeline, `${words.join(' ')} --node ${node} -o json`, [...consent, '--as', as]),
    );
    expect(wrong).toEqual([]);
    expect(await byTool(mark)).toEqual([]);
  });

  test('with them everybody is evicted, and the node takes pods again', async () => {
    const { kubeconfig } = everywhere;
    const asked = [...words, '--node', node, '--no-input', '-o', 'json', '--resolver', bed.resolver];
    const ran = await run(pipeline, [...asked, ...consent], { kubeconfig });
    const { drain } = reportIn(ran);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(drain).toMatchObject({ scope: 'whole-node', cordoned: true, uncordoned: true, stopped: null });
    expect(drain?.evicted.filter(({ pod }) => pod.startsWith(`${neighbours.data}/`))).toHaveLength(2);
    expect(await cordoned()).toBe('');
  });
});
