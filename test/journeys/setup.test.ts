import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Options } from '../../src/cli/options.ts';
import { setUp } from '../../src/commands/setup.ts';
import { ExpectedStop } from '../../src/core/failure.ts';
import { setupReportSchema } from '../../src/core/report/setup-report.ts';
import { connect } from '../../src/edges/cluster/connect.ts';
import { type Practice, startPractice } from '../../src/practice/practice.ts';
import { couldChange } from '../../src/practice/server.ts';
import { hearing } from './hearing.ts';

/** The whole of set-up against the practice cluster, by the real edge: from an empty cluster to a gate, and a second run that is silent. */

const planted = { staging: 'pLanted7stagingK9qW3zX5vB2nM8rT4yU6', production: 'pLanted7productionK9qW3zX5vB2nM8rT4y' };
const secretsOf = (name: keyof typeof planted) =>
  `database-url=postgres://u:${planted[name]}@db.data.svc:5432/auth\nredis-url=redis://:${planted[name]}@cache.data.svc:6379\njwt-secret=${planted[name]}\n`;

let folder: string;
let practice: Practice;
let said = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orion-setup-test-'));
  practice = await startPractice({ scenario: 'empty', speed: 600, dir: folder });
  await mkdir(join(folder, 'home'));
  for (const name of ['staging', 'production'] as const) await writeFile(join(folder, `${name}.env`), secretsOf(name));
  await writeFile(
    join(folder, 'answers.yaml'),
    `apiVersion: orion-setup/v1
kind: Answers
domain: example.org
tree: ./k8s
image: ghcr.io/example/auth-service:1.4.2
allowFromNamespaces: [orion-web]
environments:
  staging: {context: ${practice.contextName}, secretsFile: staging.env}
  production: {context: ${practice.contextName}, secretsFile: production.env}
`,
  );
});

afterAll(async () => {
  await practice?.close();
  await rm(folder, { recursive: true, force: true });
});

type Writer = Awaited<ReturnType<typeof connect>>['writer'];

async function run(
  options: Options = {},
  meddle: (writer: Writer) => Writer = (writer) => writer,
): Promise<{ code: number; out: string; err: string; lines: string[] }> {
  const { io, said: heard } = hearing({ cwd: folder, env: { HOME: join(folder, 'home') } });
  const world = {
    contexts: async () => ({ names: [practice.contextName], current: practice.contextName }),
    connect: async () => {
      const connection = await connect({ kubeconfig: practice.kubeconfig, env: {} });
      return { ...connection, clock: practice.clock, writer: meddle(connection.writer) };
    },
    outside: practice.probes,
    clock: practice.clock,
    shell: { run: async () => ({ ok: false, why: 'not-installed', exitCode: null, stdout: '', stderr: '' }) as const },
  };
  const lines: string[] = [];
  try {
    const code = await setUp(
      { words: [], options: { answers: 'answers.yaml', 'no-input': true, output: 'json', ...options } },
      io,
      world,
      (by) =>
        by({ ask: undefined, emit: (event) => void lines.push(JSON.stringify(event)) }, new AbortController().signal),
    );
    return { code, ...heard, lines };
  } finally {
    said += heard.out + heard.err + lines.join('\n');
  }
}

const mutating = () => practice.requests().filter(couldChange);

async function filesUnder(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('set-up against the practice cluster', () => {
  it('without consent changes nothing, and says what it would do', async () => {
    const stop = await run().catch((error: unknown) => error);
    expect(stop).toBeInstanceOf(ExpectedStop);
    expect(stop).toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('New: ClusterIssuer/letsencrypt-staging'),
    });
    expect(mutating()).toEqual([]);
  });

  it('brings both environments up, issues both certificates and keeps the gate', async () => {
    const { code, out } = await run({ yes: true, confirm: ['orion-prod'] });
    const report = setupReportSchema.parse(JSON.parse(out));
    expect(report.because).toBe('Set up and verified: staging and production.');
    expect(code).toBe(0);
    for (const name of ['staging', 'production'] as const) {
      expect(report.environments[name]).toMatchObject({ applied: true, verified: true, gate: { state: 'passed' } });
      expect(report.environments[name]?.checks.filter(({ state }) => state === 'failed')).toEqual([]);
    }
  });

  it('a second run asks for nothing and sends no mutating request but dry runs', async () => {
    const before = mutating().length;
    expect(before).toBeGreaterThan(20);
    const { code } = await run();
    expect(code).toBe(0);
    expect(mutating().slice(before)).toEqual([]);
  });

  it('killed while a change is on its way: the next run says so, goes on, and settles it', async () => {
    const name = 'PodDisruptionBudget/orion-staging/auth-service-pdb';
    practice.patchObject(name, { spec: { minAvailable: 2 } });
    const dying = run({ yes: true, confirm: ['orion-prod'] }, (writer) => ({
      send: async (change, how, signal) => {
        const sent = await writer.send(change, how, signal);
        // The server has it, and nobody here will ever write down that it has.
        if (!how.dryRun) throw new Error('killed');
        return sent;
      },
    }));
    await expect(dying).rejects.toThrow('killed');
    const next = await run({ yes: true, confirm: ['orion-prod'] });
    expect(next.code).toBe(0);
    expect(next.lines.find((line) => line.includes('cut-off-found'))).toContain(
      'whether that reached the cluster is not known',
    );
    const last = await run();
    expect(last.lines.some((line) => line.includes('cut-off-found'))).toBe(false);
  });

  it('keeps no secret anywhere but in secrets.env and the Secret', async () => {
    const { reader, close } = await connect({ kubeconfig: practice.kubeconfig, env: {} });
    const { kinds } = await import('../../src/core/kubernetes/kinds.ts');
    const signal = new AbortController().signal;
    const maps = await reader.look({ at: 'list', kind: kinds.ConfigMap }, signal);
    close();
    const files = (await filesUnder(folder)).filter((path) => !path.endsWith('.env'));
    const texts = await Promise.all(files.map(async (path) => `${path}\n${await readFile(path, 'utf8')}`));
    const everything = [said, JSON.stringify(maps), ...texts].join('\n');
    for (const value of Object.values(planted)) {
      expect(everything).not.toContain(value);
      expect(everything).not.toContain(btoa(value));
    }
    const { mode } = await stat(join(folder, 'k8s/overlays/staging/secrets.env'));
    expect(mode & 0o777).toBe(0o600);
  });
});
