import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Invocation } from '../../src/cli/invocation.ts';
import type { Options } from '../../src/cli/options.ts';
import { deploy } from '../../src/commands/deploy.ts';
import { diff } from '../../src/commands/diff.ts';
import { run as renderRun } from '../../src/commands/render.ts';
import { rollback } from '../../src/commands/rollback.ts';
import { setUp } from '../../src/commands/setup.ts';
import type { SetupWorld } from '../../src/commands/setup-world.ts';
import { ExpectedStop, exitCodeOf } from '../../src/core/failure.ts';
import type { Io } from '../../src/core/outside/io.ts';
import { deployReportSchema } from '../../src/core/report/deploy-report.ts';
import { connect } from '../../src/edges/cluster/connect.ts';
import { type Practice, startPractice } from '../../src/practice/practice.ts';
import { couldChange } from '../../src/practice/server.ts';
import { hearing } from './hearing.ts';
import { planted, writeAnswers } from './written-answers.ts';

/** What comes after set-up, against the practice cluster by the real edge: diff, deploy, the gate, rollback, rotation. */

let folder: string;
let practice: Practice;
let world: SetupWorld;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orion-setup-test-'));
  practice = await startPractice({ scenario: 'empty', speed: 600, dir: folder });
  await mkdir(join(folder, 'home'));
  writeAnswers(folder, practice.contextName, '1.4.2');
  world = {
    contexts: async () => ({ names: [practice.contextName], current: practice.contextName }),
    connect: async () => ({ ...(await connect({ kubeconfig: practice.kubeconfig, env: {} })), clock: practice.clock }),
    outside: practice.probes,
    clock: practice.clock,
    shell: { run: async () => ({ ok: false, why: 'not-installed', exitCode: null, stdout: '', stderr: '' }) as const },
  };
  const { code, out } = await run(setUpBy, [], { yes: true, env: 'staging' });
  expect(code, out).toBe(0);
});

afterAll(async () => {
  await practice?.close();
  await rm(folder, { recursive: true, force: true });
});

type By = (invocation: Invocation, io: Io, world: SetupWorld) => Promise<number>;

const setUpBy: By = (invocation, io, of) =>
  setUp({ words: [], options: { answers: 'answers.yaml', 'no-input': true, ...invocation.options } }, io, of, (by) =>
    by({ ask: undefined, emit: () => {} }, io.signal),
  );

type Ran = {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly stop: ExpectedStop | undefined;
};

/** A command in this installation, without a terminal. */
async function run(by: By, words: readonly string[], options: Options = {}): Promise<Ran> {
  const { io, said } = hearing({ cwd: folder, env: { HOME: join(folder, 'home') } });
  try {
    return { code: await by({ words, options }, io, world), ...said, stop: undefined };
  } catch (error) {
    if (!(error instanceof ExpectedStop)) throw error;
    return { code: exitCodeOf(error), ...said, stop: error };
  }
}

const json = { output: 'json' } as const;
const reportOf = ({ out, stop, err }: Ran) => {
  if (out === '') throw new Error(`no report: ${stop?.message} ${err}`);
  return deployReportSchema.parse(JSON.parse(out));
};
const mutating = () => practice.requests().filter(couldChange);

describe('day two, against the practice cluster', () => {
  it('diff of what stands: 0, and nothing but dry runs', async () => {
    const before = mutating().length;
    const ran = await run(diff, [], json);
    expect(reportOf(ran)).toMatchObject({ outcome: 'unchanged', changes: [], leftovers: [] });
    expect(ran.code).toBe(0);
    expect(mutating().slice(before)).toEqual([]);
  });

  it('render prints the manifests, and no Secret', async () => {
    const ran = await run((invocation, io) => renderRun(invocation, io), ['staging']);
    const kinds = parseAllDocuments(ran.out).map((one) => one.toJS().kind);
    expect(kinds).toContain('Deployment');
    expect(kinds).not.toContain('Secret');
    expect(ran.out + ran.err).not.toMatch(planted);
    expect(ran.err).toContain('Secret/auth-service-secrets-');
  });

  it('the same image again by set-up: a new tag differs, without consent nothing is sent', async () => {
    writeAnswers(folder, practice.contextName, '1.5.0');
    // Set-up's own way of taking another image: it writes the tree, and would apply it with consent.
    const asked = await run(setUpBy, [], { env: 'staging', ...json });
    expect(asked.code).toBe(6);
    const before = mutating().length;
    const shown = await run(diff, ['staging']);
    expect(shown.code, shown.out).toBe(3);
    expect(shown.out).toContain('auth-service:1.5.0');
    const refused = await run(deploy, ['staging']);
    expect(refused.code).toBe(6);
    expect(refused.stop?.next.join('\n')).toContain('orion-setup deploy staging --yes');
    expect(mutating().slice(before)).toEqual([]);
  });

  it('deploy of staging: applied, waited for, verified, remembered; the pods use the Secret; again changes nothing', async () => {
    const ran = await run(deploy, ['staging'], { ...json, yes: true });
    const report = reportOf(ran);
    expect(report, ran.err).toMatchObject({ outcome: 'healthy', gate: { state: 'passed' } });
    expect(report.applied).toEqual(['Deployment/orion-staging/auth-service']);
    expect(report.checks.find(({ id }) => id === 'secret-in-use')?.state).toBe('passed');
    const before = mutating().length;
    expect((await run(deploy, ['staging'], { ...json })).code).toBe(0);
    expect(mutating().slice(before)).toEqual([]);
    expect((await run(diff, ['staging'], json)).code).toBe(0);
  });

  it('rollback to the set before, by its number, and forward again', async () => {
    const refused = await run(rollback, ['staging']);
    expect(refused.code).toBe(6);
    expect(refused.err).toMatch(/2 .*1\.5\.0.*\(stands, revision 2\)\n {2}1 .*1\.4\.2/);
    const back = reportOf(await run(rollback, ['staging'], { ...json, yes: true }));
    expect(back).toMatchObject({ outcome: 'healthy', to: { set: 1, revision: null } });
    expect(back.applied).toEqual(['Deployment/orion-staging/auth-service']);
    // The tree still says the other one.
    expect((await run(diff, ['staging'], json)).code).toBe(3);
    const forward = reportOf(await run(rollback, ['staging'], { ...json, yes: true, 'to-set': '2' }));
    expect(forward).toMatchObject({ outcome: 'healthy', to: { set: 2 } });
    expect((await run(diff, ['staging'], json)).code).toBe(0);
    const unknown = await run(rollback, ['staging'], { 'to-set': '77' });
    expect([unknown.code, unknown.stop?.message]).toEqual([2, expect.stringContaining('there are 1, 2, 3, 4')]);
  });

  it('rollback of the pods alone, to a revision', async () => {
    const unknown = await run(rollback, ['staging'], { 'to-revision': '99' });
    expect(unknown.code).toBe(2);
    const [revision] = /it has (\d+)/.exec(unknown.stop?.message ?? '')?.slice(1) ?? [];
    const back = reportOf(await run(rollback, ['staging'], { ...json, yes: true, 'to-revision': revision ?? '' }));
    expect(back).toMatchObject({ outcome: 'healthy', to: { revision: Number(revision) } });
    const again = reportOf(await run(deploy, ['staging'], { ...json, yes: true }));
    expect(again).toMatchObject({ outcome: 'healthy', applied: ['Deployment/orion-staging/auth-service'] });
  });

  it('a changed secret rolls the pods, is proved in use, and can be rolled back', async () => {
    const file = join(folder, 'k8s/overlays/staging/secrets.env');
    const before = await readFile(file, 'utf8');
    await writeFile(file, before.replace(/jwt-secret=.*/, 'jwt-secret=pLanted8otherK9qW3zX5vB2nM8rT4yU6iO1'));
    const ran = reportOf(await run(deploy, ['staging'], { ...json, yes: true }));
    expect(ran.applied.map((name) => name.split('/')[0])).toEqual(['Secret', 'Deployment']);
    const [, used] = /refer to (auth-service-secrets-\w+)/.exec(JSON.stringify(ran.checks)) ?? [];
    const back = reportOf(await run(rollback, ['staging'], { ...json, yes: true }));
    const [, old] = /refer to (auth-service-secrets-\w+)/.exec(JSON.stringify(back.checks)) ?? [];
    expect(used).toBeDefined();
    expect(old).toBeDefined();
    expect(old).not.toBe(used);
    await writeFile(file, before);
    expect((await run(diff, ['staging'], json)).code).toBe(0);
  });

  it('on another cluster than the pinned one nothing is written: 6', async () => {
    const file = join(folder, 'home/.config/orion-setup/profiles/default.json');
    const before = await readFile(file, 'utf8');
    const profile = JSON.parse(before);
    profile.environments.staging.pin.clusterUid = 'another-cluster';
    await writeFile(file, JSON.stringify(profile));
    const sent = mutating().length;
    for (const by of [deploy, rollback]) {
      const ran = await run(by, ['staging'], { yes: true });
      expect([ran.code, ran.stop?.message]).toEqual([6, expect.stringContaining('is pinned to')]);
    }
    expect(mutating().slice(sent)).toEqual([]);
    await writeFile(file, before);
  });
});
