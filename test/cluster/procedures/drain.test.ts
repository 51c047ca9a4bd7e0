import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import type { Site } from '../cert-pending/site.ts';
import { newHome, orion } from '../orion.ts';
import { podsOf, rolledOut } from '../pdb-blocking/site.ts';
import { run } from '../setup/installation.ts';
import { heldAt, historyOf, killedAt } from '../setup/killed.ts';
import { checked, consent, newService, reportIn, testArgs, tested } from './site.ts';

/** `test pdb --real`: a node drained on a real control plane, and what is left of it whatever ends it. */
const bed = currentBed();
let site: Site;

const cordonedNodes = async (): Promise<readonly string[]> =>
  (await bed.api.get('/api/v1/nodes')).items
    .filter(({ spec }: Json) => spec.unschedulable === true)
    .map(({ metadata }: Json) => metadata.name);
const uncordonAll = async () => {
  for (const name of await cordonedNodes()) await bed.kubectl(['uncordon', name]);
};
const real = (): readonly string[] => [...testArgs(site, 'pdb', ['--real']), ...consent(site)];

beforeAll(async () => {
  site = await newService('drain');
});
beforeEach(async () => {
  await rolledOut(site);
});
afterEach(uncordonAll);

/** The fewest ready pods, by a watch of the test's own. */
function counting() {
  let lowest = 3;
  let ended = false;
  const counted = (async () => {
    while (!ended) {
      const ready = (await podsOf(site)).filter(
        ({ metadata, status }) =>
          metadata.deletionTimestamp === undefined &&
          status.conditions?.some(({ type, status: is }: Json) => type === 'Ready' && is === 'True'),
      );
      lowest = Math.min(lowest, ready.length);
    }
    return lowest;
  })();
  return {
    end: () => {
      ended = true;
      return counted;
    },
  };
}

test('three replicas never go below one; what was promised of clients is kept; the node takes pods again', async () => {
  const before = (await podsOf(site)).map(({ metadata }) => metadata.uid);
  const count = counting();
  const mark = bed.auditMark();
  const { code, report, stderr } = await tested(site, 'pdb', ['--real', ...consent(site)]);
  const lowest = await count.end();
  const told = JSON.stringify(report, null, 2) + stderr;
  expect(code, told).toBe(0);
  expect(lowest).toBeGreaterThanOrEqual(1);
  const { drain } = report;
  expect(drain, told).toMatchObject({ cordoned: true, uncordoned: true, stopped: null, scope: 'own-pods' });
  expect(drain?.ready.lowest).toBeGreaterThanOrEqual(1);
  expect(drain?.probes.sent).toBeGreaterThan(5);
  expect(drain?.probes.share, told).toBe(1);
  expect(await cordonedNodes()).toEqual([]);
  // Gone are those of the one node, and nothing else was changed.
  const after = (await podsOf(site)).map(({ metadata }) => metadata.uid);
  expect(before.filter((uid) => !after.includes(uid))).toHaveLength(drain?.evicted.length ?? 0);
  const writes = (await bed.writesSince(mark)).map(({ verb, resource }) => `${verb} ${resource}`);
  expect(writes.toSorted()).toEqual([
    ...Array(drain?.evicted.length).fill('create pods'),
    'patch nodes',
    'patch nodes',
  ]);
});

test('without a word nothing is done: 6, and the command to say it with', async () => {
  const mark = bed.auditMark();
  const said = await orion(testArgs(site, 'pdb', ['--real']));
  expect(said.code).toBe(6);
  expect(JSON.parse(said.stdout).next[0]).toMatch(/--real --node worker-\w -n .* --yes --confirm .* --confirm bed$/);
  expect(await bed.writesSince(mark)).toEqual([]);
});

test('a dry run changes nothing', async () => {
  const mark = bed.auditMark();
  const { code, stderr } = await tested(site, 'pdb', ['--real', '--dry-run=server']);
  expect(code).toBe(0);
  expect(stderr).toContain(`evict ${site.namespace}/auth-service-`);
  expect(await bed.writesSince(mark)).toEqual([]);
});

test('a node that somebody cordoned is left to them: 6', async () => {
  const [pod] = await podsOf(site);
  await bed.kubectl(['cordon', pod.spec.nodeName]);
  const said = await orion([...real(), '--node', pod.spec.nodeName]);
  expect(said.code).toBe(6);
  expect(JSON.parse(said.stdout).message).toContain('is cordoned already');
  expect(await cordonedNodes()).toEqual([pod.spec.nodeName]);
});

test('a node that is not there: 2, with those that have a pod', async () => {
  const said = await orion([...real(), '--node', 'worker-z']);
  expect(said.code).toBe(2);
  expect(JSON.parse(said.stdout).next.join()).toContain('--node worker-');
});

test('a service that answers badly to begin with is not drained: 6', async () => {
  await bed.ingress.respond({ host: site.host, status: 502 });
  const mark = bed.auditMark();
  const said = await orion(real());
  await bed.ingress.reset();
  expect(said.code, said.stdout).toBe(6);
  expect(JSON.parse(said.stdout).message).toContain('answers 502 before anything was done');
  expect(await bed.writesSince(mark)).toEqual([]);
});

/** What the next start of any command says first, and that the node takes pods again. */
async function nextStart(place: { folder: string; home: string }): Promise<string> {
  const next = await run(place, ['runbook', 'pdb-blocking', '-n', site.namespace, '-o', 'json']);
  expect(JSON.parse(next.stdout).kind).toBe('RunbookReport');
  expect(await cordonedNodes()).toEqual([]);
  const again = await run(place, ['runbook', 'pdb-blocking', '-n', site.namespace, '-o', 'json']);
  expect(again.stderr).toBe('');
  return next.stderr;
}

describe('kill -9 at each boundary of the journal: the next start puts the node back and says so', () => {
  test.each([
    { kill: 'after begun', isCordoned: false, says: '' },
    { kill: 'after intent Node', isCordoned: false, says: 'there is nothing to put back, Node/' },
    { kill: 'before sent Node', isCordoned: true, says: 'it takes pods again' },
    { kill: 'torn sent Node', isCordoned: true, says: 'it takes pods again' },
    { kill: 'after sent Node', isCordoned: true, says: 'it takes pods again' },
    { kill: 'after intent Pod', isCordoned: true, says: 'it takes pods again' },
    { kill: 'before sent Pod', isCordoned: true, says: 'it takes pods again' },
    { kill: 'torn sent Pod', isCordoned: true, says: 'it takes pods again' },
    { kill: 'after sent Pod', isCordoned: true, says: 'it takes pods again' },
    { kill: 'before undone', isCordoned: false, says: 'there is nothing to put back, Node/' },
    { kill: 'after undone', isCordoned: false, says: 'cut off' },
    { kill: 'after verified', isCordoned: false, says: '' },
  ])('$kill', async ({ kill, isCordoned, says }) => {
    const home = newHome();
    const place = { folder: home, home };
    await killedAt(place, kill, real());
    expect(await cordonedNodes()).toHaveLength(isCordoned ? 1 : 0);
    const said = await nextStart(place);
    if (says === '') expect(said).toBe('');
    else expect(said).toContain(says);
    const left = (await historyOf(place)).find(({ title }) => title.startsWith('Drain '));
    expect(left?.changes.filter(({ object, fate }) => object.startsWith('Node/') && fate !== 'undone') ?? []).toEqual(
      [],
    );
  });
});

test('another start meanwhile says that it is at it, and leaves the node to it', async () => {
  const home = newHome();
  const place = { folder: home, home };
  const { pid, goOn } = await heldAt(place, 'after sent Node', real());
  onTestFinished(async () => {
    await goOn();
  });
  const next = await run(place, ['runbook', 'pdb-blocking', '-n', site.namespace, '-o', 'json']);
  expect(next.stderr).toMatch(/^Another run is at this just now: "Drain [^"]+" /);
  expect(next.stderr).toContain(`process ${pid}`);
  expect(next.stderr).not.toMatch(/Overdue|cut off/);
  expect(await cordonedNodes()).toHaveLength(1);
  const ended = await goOn();
  expect(ended.code, ended.stderr).toBe(0);
  expect(await cordonedNodes()).toEqual([]);
});

test('Ctrl-C lets the node take pods again before it ends: 130', async () => {
  const launcher = fileURLToPath(new URL('../../../bin/orion-setup.cjs', import.meta.url));
  const home = newHome();
  const child = spawn(process.execPath, [launcher, ...real()], {
    env: {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: `${home}/c`,
      XDG_STATE_HOME: `${home}/s`,
      KUBECONFIG: bed.kubeconfig,
    },
  });
  const stdout = text(child.stdout);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
    if (stderr.includes('takes no new pods') && !child.killed) child.kill('SIGINT');
  });
  const [code] = await once(child, 'close');
  expect(code, stderr).toBe(130);
  expect(stderr).toContain('takes pods again (uncordoned)');
  expect(JSON.parse(await stdout)).toMatchObject({ kind: 'Error', code: 130 });
  expect(await cordonedNodes()).toEqual([]);
});

test('the budget is lowered below its own wanted by sick pods: stopped at the first sign', async () => {
  const sick = await newService('sickdrain', { budget: { minAvailable: 2 } });
  const place = newHome();
  const running = orion([...testArgs(sick, 'pdb', ['--real']), ...consent(sick)], { home: place });
  const node = await until('the node to be cordoned', async () => (await cordonedNodes())[0]);
  const pods = (await podsOf(sick)).filter(({ spec }) => spec.nodeName !== node);
  await Promise.all(
    pods.map(({ metadata }) =>
      bed.api.mergePatch(`/api/v1/namespaces/${sick.namespace}/pods/${metadata.name}`, {
        metadata: { annotations: { 'bed/behaves': 'unready' } },
      }),
    ),
  );
  const said = await running;
  const report = reportIn(said);
  expect(said.code, said.stderr).toBe(3);
  expect(report.drain?.stopped, said.stderr).toMatch(/pods are ready and 2 must stay|HTTPS probes in a row/);
  expect(report.drain?.uncordoned).toBe(true);
  expect(checked(report, 'stayed-ready').state).toBe('failed');
  expect(await cordonedNodes()).toEqual([]);
});
