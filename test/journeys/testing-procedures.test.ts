import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type OpenPractice, openPractice } from '../../src/commands/open-practice.ts';
import { sessionOf } from '../../src/commands/practice-session.ts';
import { runTest } from '../../src/commands/test.ts';
import { at } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { procedureNames, testReportSchema } from '../../src/core/report/test-report.ts';
import { type Scenario, scenarioSchema } from '../../src/core/scenario.ts';
import { soundGround } from '../core/verify/sound-cluster.ts';
import { root, run } from './built-command.ts';
import { hearing } from './hearing.ts';

/** The testing procedures on a practice cluster that holds a sound staging, by the real edge. */
const namespace = 'orion-staging';
let opened: OpenPractice;
let heard: ReturnType<typeof hearing>;

const ground = soundGround('staging');
const scenario: Scenario = {
  ...scenarioSchema.parse({
    apiVersion: 'orion-setup/v1',
    kind: 'Scenario',
    name: 'sound',
    runbook: 'pdb-blocking',
    title: 'A sound staging',
    source: 'written',
    now: ground.now.toISOString(),
    target: { kind: 'Deployment', namespace, name: 'auth-service' },
  }),
  world: ground.world,
  objects: ground.objects,
};

beforeEach(async () => {
  heard = hearing({ cwd: root });
  opened = await openPractice(scenario, 'by-itself', heard.io);
});
afterEach(() => opened.close());

async function ran(name: (typeof procedureNames)[number], options: object, looker = opened.look): Promise<number> {
  const { cluster, clock, requests, describes } = sessionOf(opened, scenario);
  if (!cluster) throw new Error('no cluster');
  const site = { namespace, environment: 'staging' } as const;
  return await runTest(
    name,
    { site, describes, cluster, look: looker, clock, requests },
    { words: [name], options },
    heard.io,
  );
}

async function tested(name: (typeof procedureNames)[number], options: object = {}, looker = opened.look) {
  const code = await ran(name, { output: 'json', ...options }, looker);
  return { code, report: testReportSchema.parse(JSON.parse(heard.said.out)) };
}

const cordoned = async (): Promise<number> => {
  const nodes = await opened.look({ at: 'list', kind: kinds.Node }, new AbortController().signal);
  return nodes.ok ? nodes.value.filter((node) => at(node, 'spec.unschedulable') === true).length : -1;
};

test.each(procedureNames)('test %s: all is well, 0', async (name) => {
  const { code, report } = await tested(name);
  const bad = report.checks.filter(({ state }) => state !== 'passed' && state !== 'note');
  expect(bad).toEqual([]);
  expect(code).toBe(0);
  expect(report).toMatchObject({ test: name, environment: 'staging', outcome: 'healthy' });
});

test.each(procedureNames)('test %s in lines: one sentence a check, no colour', async (name) => {
  expect(await ran(name, {})).toBe(0);
  expect(heard.said.out).toContain('All is well.');
  expect(heard.said.out).toContain('Nothing was changed.');
  expect(heard.said.out).not.toMatch(/\u001b/);
});

test('test pdb --real: drained, watched, uncordoned; the journal says it, and undo has nothing to do', async () => {
  const consent = { yes: true, confirm: [namespace] };
  const { code, report } = await tested('pdb', { real: true, ...consent });
  expect(
    report.checks.filter(({ state }) => state === 'failed' || state === 'not-looked'),
    heard.said.err,
  ).toEqual([]);
  expect(code).toBe(0);
  expect(report.drain).toMatchObject({ cordoned: true, uncordoned: true, stopped: null, probes: { share: 1 } });
  expect(report.drain?.ready.lowest).toBeGreaterThanOrEqual(1);
  expect(await cordoned()).toBe(0);
  expect(heard.said.err).toContain('takes pods again (uncordoned)');
  const [journal] = await opened.journals.list();
  expect(journal?.records.map(({ record }) => record)).toEqual([
    'begun',
    'intent',
    'sent',
    'intent',
    'sent',
    'undone',
    'verified',
  ]);
});

test('test pdb --real --whole-node: whom it would touch is listed; a budget of others that holds is told, and nothing is done', async () => {
  const whole = { real: true, 'whole-node': true, yes: true, confirm: [namespace] };
  const look: OpenPractice['look'] = async (asked, signal) => {
    const answer = await opened.look(asked, signal);
    if (asked.at !== 'evict' || asked.namespace === namespace) return answer;
    const causes = [
      { reason: 'DisruptionBudget', message: 'The disruption budget theirs needs 1 healthy pods and has 1 currently' },
    ];
    return { ok: true, value: { code: 429, message: 'Cannot evict pod', causes } } as never;
  };
  await expect(tested('pdb', whole, look)).rejects.toMatchObject({
    reason: 'refused',
    message: expect.stringMatching(
      /^Not drained: on .* held by its budget: The disruption budget theirs needs .* Nothing was changed\.$/,
    ),
  });
  expect(heard.said.err).toMatch(/^ {2}evict orion-staging\/auth-service-/m);
  expect(await opened.journals.list()).toEqual([]);
  expect(await cordoned()).toBe(0);

  const { code, report } = await tested('pdb', whole);
  expect(code, heard.said.err).toBe(0);
  expect(report.drain).toMatchObject({ scope: 'whole-node', uncordoned: true, stopped: null });
  expect(report.drain?.evicted.some(({ pod }) => !pod.startsWith(`${namespace}/`))).toBe(true);
});

test('test pdb --real without a word: nothing is done', async () => {
  await expect(tested('pdb', { real: true, yes: true })).rejects.toThrow('it needs your word');
  expect(await opened.journals.list()).toEqual([]);
  expect(await cordoned()).toBe(0);
});

test('clients that are not answered any more stop it at once, and the node is put back', async () => {
  const look: OpenPractice['look'] = async (asked, signal) => {
    const answer = await opened.look(asked, signal);
    if (asked.at === 'http' && answer.ok && (await cordoned()) > 0)
      return { ok: true, value: { ...(answer.value as object), status: 503 } } as never;
    return answer;
  };
  const { code, report } = await tested('pdb', { real: true, yes: true, confirm: [namespace] }, look);
  expect(code).toBe(3);
  expect(report.drain?.stopped).toContain('HTTPS probes in a row went unanswered');
  expect(report.drain?.uncordoned).toBe(true);
  expect(await cordoned()).toBe(0);
});

test('clients who are not answered by IPv6 any more stop it, although those by IPv4 are', async () => {
  const look: OpenPractice['look'] = async (asked, signal) => {
    const answer = await opened.look(asked, signal);
    if (asked.at === 'dns' && answer.ok)
      return { ok: true, value: { ...(answer.value as object), a: ['203.0.113.9'], aaaa: ['2001:db8::5'] } } as never;
    const isSix = asked.at === 'http' && asked.address === '2001:db8::5';
    if (!isSix) return answer;
    if ((await cordoned()) > 0)
      return { ok: true, value: { outcome: 'failed', why: 'refused', detail: 'connection refused' } } as never;
    return await opened.look({ ...asked, address: '203.0.113.9' } as never, signal);
  };
  const { code, report } = await tested('pdb', { real: true, yes: true, confirm: [namespace] }, look);
  expect(code).toBe(3);
  expect(report.drain?.stopped).toContain('HTTPS probes in a row went unanswered at 2001:db8::5');
  expect(report.drain?.probes.failures.every((line) => line.includes('2001:db8::5: connection refused'))).toBe(true);
  expect(report.drain?.uncordoned).toBe(true);
  expect(await cordoned()).toBe(0);
});

describe('the built command', () => {
  test('without a name: 2, with the names', async () => {
    const { code, stderr } = await run(['test']);
    expect(code).toBe(2);
    expect(stderr).toContain('orion-setup test certificate');
  });

  test.each([
    [['test', 'metrics', '--real'], '--real is for test pdb'],
    [['test', 'pdb', '--whole-node'], 'without it nothing is evicted'],
    [['test', 'pdb', 'prod'], 'ENV is staging or production'],
    [['test', 'pdb', 'staging', 'x'], 'not "x" besides'],
  ])('%j: 2', async (args, says) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  test('without a cluster: 8', async () => {
    const { code, stdout } = await run(['test', 'pdb', '-o', 'json']);
    expect(code).toBe(8);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'Error', code: 8 });
  });
});

describe('test metrics --alert', () => {
  const consent = { alert: true, yes: true, confirm: [namespace] };
  const alertmanager = {
    ...{ namespace: 'monitoring', service: 'alertmanager-operated', port: 'web', prefix: '' },
    scheme: 'http',
  } as const;
  const heldBy = async (run: string) =>
    opened.look({ at: 'held-alerts', alertmanager, name: 'OrionSetupTestAlert', run }, new AbortController().signal);

  test('shown first, posted, seen at its receiver, ended; in the journal, and nothing is left to be put back', async () => {
    const { code, report } = await tested('metrics', consent);
    expect(heard.said.err).toMatch(
      /^Post one alert named OrionSetupTestAlert to Alertmanager monitoring\/alertmanager-operated:/,
    );
    expect(heard.said.err).toContain('severity="critical"');
    expect(heard.said.err).toContain('By its routes it goes to "orion-on-call", and tells somebody');
    expect(report.alert).toMatchObject({
      state: 'active',
      receivers: ['orion-on-call'],
      tells: 'somebody',
      ended: true,
    });
    expect(report.checks.filter(({ id }) => id.startsWith('alert-')).map(({ state }) => state)).toEqual([
      'passed',
      'passed',
    ]);
    expect(code).toBe(0);
    expect(await heldBy(report.alert?.undoId ?? '')).toEqual({ ok: true, value: [] });
    const [journal] = await opened.journals.list();
    expect(journal?.records.map(({ record }) => record)).toEqual(['begun', 'intent', 'sent', 'undone', 'verified']);
  });

  test('without a word nothing is posted, and the word that is missing is named', async () => {
    await expect(ran('metrics', { alert: true, 'no-input': true })).rejects.toMatchObject({
      reason: 'refused',
      next: [expect.stringContaining(`--alert -n ${namespace} --yes --confirm ${namespace}`)],
    });
    expect(await opened.journals.list()).toEqual([]);
  });

  test('a dry run shows it and posts nothing', async () => {
    expect(await ran('metrics', { alert: true, 'dry-run': 'server' })).toBe(0);
    expect(heard.said.err).toContain('Post one alert');
    expect(await opened.journals.list()).toEqual([]);
  });

  test('where nobody takes the rules, it is refused with the command that says why', async () => {
    opened.practice.patchObject('PrometheusRule/auth-service-alerts', { metadata: { labels: { release: 'another' } } });
    await expect(ran('metrics', consent)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('No alert was posted'),
    });
  });

  test.each([
    ['pdb', { alert: true }, '--alert is for test metrics'],
    ['metrics', { wait: '1m' }, 'only test metrics --alert takes --wait'],
  ] as const)('usage: test %s %o', async (name, options, words) => {
    const flags = Object.entries(options).map(([option, value]) =>
      value === true ? `--${option}` : `--${option}=${value}`,
    );
    const done = await run(['test', name, ...flags]);
    expect(done.code).toBe(2);
    expect(done.stderr).toContain(words);
  });
});
