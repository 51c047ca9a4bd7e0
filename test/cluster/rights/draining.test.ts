import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { command, consentTo } from '../deploy/pipeline.ts';
import { reportIn } from '../procedures/site.ts';
import { emptyCluster, type Installation, run, writesSince } from '../setup/installation.ts';
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
  (await writesSince(mark)).filter(({ resource }) => !/^(cluster)?role/.test(resource));

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
