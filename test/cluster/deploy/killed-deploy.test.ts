import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { emptyCluster, type Installation, newInstallation, setUp } from '../setup/installation.ts';
import { heldAt, historyOf, killedAt } from '../setup/killed.ts';
import {
  command,
  consentTo,
  deployReportOf,
  edit,
  imageIn,
  memoryIn,
  pipelineOf,
  takeStagingImage,
} from './pipeline.ts';

/** kill -9 at the records of deploy's journal: the next start says what state things are in, and deploy goes on from there. */
const bed = currentBed();

let installation: Installation;
let pipeline: Installation;
beforeAll(async () => {
  await emptyCluster();
  installation = await newInstallation();
  const first = await setUp(installation, ['--env', 'staging', '-o', 'json']);
  expect(first.code, first.stdout + first.stderr).toBe(0);
  pipeline = pipelineOf(installation);
});
afterAll(emptyCluster);

const words = ['deploy', 'staging', '--no-input', '--resolver', bed.resolver, ...consentTo('staging')];
const cutOff =
  /An earlier run was cut off\. "Deploy staging" \((\w+)\): (.*) orion-setup deploy goes on from what is there\./;

const unclear = 'whether that reached the cluster is not known.';
const points = [
  { kill: 'after begun', says: undefined, rest: ['Service', 'Deployment'] },
  {
    kill: 'after intent Service',
    says: `step 1 (apply Service/auth-service); ${unclear}`,
    rest: ['Service', 'Deployment'],
  },
  { kill: 'before sent Service', says: `step 1 (apply Service/auth-service); ${unclear}`, rest: ['Deployment'] },
  { kill: 'torn sent Service', says: `step 1 (apply Service/auth-service); ${unclear}`, rest: ['Deployment'] },
  {
    kill: 'after sent Service',
    says: 'after step 1 (apply Service/auth-service), which was done',
    rest: ['Deployment'],
  },
  { kill: 'after intent Deployment', says: `step 2 (apply Deployment/auth-service); ${unclear}`, rest: ['Deployment'] },
  { kill: 'before sent Deployment', says: `step 2 (apply Deployment/auth-service); ${unclear}`, rest: [] },
  { kill: 'after sent Deployment', says: 'after step 2 (apply Deployment/auth-service), which was done', rest: [] },
  { kill: 'after intent ConfigMap', says: `step 3 (apply ConfigMap/orion-setup); ${unclear}`, rest: [] },
  { kill: 'after sent ConfigMap', says: 'after step 3 (apply ConfigMap/orion-setup), which was done', rest: [] },
  { kill: 'before verified', says: 'after step 4 (apply ConfigMap/orion-setup), which was done', rest: [] },
] as const;

describe.each([...points.entries()])('%i', (place, { kill, says, rest }) => {
  test(`killed ${kill}: said, gone on with, and no journal stays open`, async () => {
    const tag = `2.0.${place}`;
    takeStagingImage(installation, tag);
    edit(installation, 'base/auth-service.yaml', (text) =>
      /team: /.test(text)
        ? text.replace(/team: .*/, `team: t${place}`)
        : text.replace(/^ {2}labels:\n/m, `  labels:\n    team: t${place}\n`),
    );
    await killedAt(pipeline, kill, words);
    const left = (await historyOf(pipeline))[0];

    const mark = bed.auditMark();
    const next = await command(pipeline, 'deploy staging', consentTo('staging'));
    expect(next.code, next.stdout + next.stderr).toBe(0);
    const [, id, sentence] = cutOff.exec(next.stderr) ?? [];
    if (says === undefined) expect(sentence).toBeUndefined();
    else {
      expect(id).toBe(left?.id);
      expect(sentence).toContain(says);
    }
    const sent = [...next.stderr.matchAll(/^Applied (\w+)\//gm)].map(([, kind]) => kind);
    expect(sent.filter((kind) => kind !== 'ConfigMap')).toEqual(rest);
    expect((await bed.writesSince(mark)).filter(({ code }) => code >= 300)).toEqual([]);
    expect(await imageIn('staging')).toBe(`ghcr.io/example/auth-service:${tag}`);
    const memory = await memoryIn('staging');
    expect(memory).toMatchObject({ image: `ghcr.io/example/auth-service:${tag}`, gate: { digest: memory.gateDigest } });
    const open = (await historyOf(pipeline)).filter(({ state }) => state === 'unclear' || state === 'unfinished');
    expect(open).toEqual([]);
  });
});

test('and after all of it there is nothing left to do, and every set is there to go back to', async () => {
  const mark = bed.auditMark();
  const ran = await command(pipeline, 'deploy staging -o json');
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(deployReportOf(ran)).toMatchObject({ outcome: 'healthy', applied: [], undoId: null });
  expect(await bed.writesSince(mark)).toEqual([]);
  // The last ten are kept.
  expect((await memoryIn('staging')).sets).toHaveLength(10);
});

test('a rollback that was killed is gone on with as well', async () => {
  const back = ['rollback', 'staging', '--no-input', '--resolver', bed.resolver, ...consentTo('staging')];
  await killedAt(pipeline, 'before sent Deployment', back);
  const { sets } = await memoryIn('staging');
  const to = sets.at(-2).number;
  const next = await command(pipeline, `rollback staging --to-set ${to} -o json`, consentTo('staging'));
  expect(next.code, next.stdout + next.stderr).toBe(0);
  expect(await imageIn('staging')).toBe(sets.at(-2).image);
  const open = (await historyOf(pipeline)).filter(({ state }) => state === 'unclear' || state === 'unfinished');
  expect(open).toEqual([]);
});

test('one that is still at it, in another terminal, is not called cut off, and keeps its journal', async () => {
  takeStagingImage(installation, '2.1.0');
  const { goOn } = await heldAt(pipeline, 'before verified', words);
  onTestFinished(async () => {
    await goOn();
  });
  const next = await command(pipeline, 'deploy staging', consentTo('staging'));
  expect(next.code, next.stdout + next.stderr).toBe(0);
  expect(next.stderr).toMatch(
    /^Another run is at this just now: "Deploy staging" \(\w+, since .*, orion-staging; process \d+\)\.$/m,
  );
  expect(next.stderr).not.toContain('cut off');
  expect((await historyOf(pipeline))[0]?.state).toBe('running');
  const ended = await goOn();
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect((await historyOf(pipeline))[0]?.state).toBe('verified');
});
