import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runbooks } from '../../runbooks/index.ts';
import type { Options } from '../../src/cli/options.ts';
import { type OpenPractice, openPractice } from '../../src/commands/open-practice.ts';
import type { OpenRunbooks } from '../../src/commands/open-runbooks.ts';
import { sessionOf } from '../../src/commands/practice-session.ts';
import { runAllRunbooks } from '../../src/commands/run-all-runbooks.ts';
import { sweep } from '../../src/commands/sweep.ts';
import { watchRunbook } from '../../src/commands/watch-runbook.ts';
import type { Looker } from '../../src/core/look.ts';
import { nameOf } from '../../src/core/look.ts';
import { runbookReportListSchema } from '../../src/core/report/runbook-report-list.ts';
import { sweepReportSchema } from '../../src/core/report/sweep-report.ts';
import { parseScenario, type Scenario } from '../../src/core/scenario.ts';
import { root, run } from './built-command.ts';
import { hearing } from './hearing.ts';

/** The ways to run a runbook besides by its name: watched, all at once, and over all namespaces. On the practice cluster. */
let opened: OpenPractice;
let scenario: Scenario;
afterEach(() => opened?.close());

async function open(name: string): Promise<void> {
  const path = join(root, 'runbooks/cert-pending/scenarios', `${name}.yaml`);
  scenario = parseScenario(readFileSync(path, 'utf8'), path);
  opened = await openPractice(scenario, 'by-itself', hearing({ cwd: root }).io);
}

function asOpened(look: Looker = opened.look): OpenRunbooks {
  const session = sessionOf(opened, scenario);
  return {
    look,
    requests: session.requests,
    describes: session.describes,
    clock: session.clock,
    sessionOf: async (runbook) =>
      sessionOf(opened, {
        runbook: runbook.name,
        target: { ...runbook.target, namespace: scenario.target.namespace },
      }),
    close: () => {},
  };
}

const writes = (): readonly unknown[] =>
  opened.practice
    .requests()
    .filter(({ verb, dryRun }) => ['create', 'patch', 'update', 'delete'].includes(verb) && !dryRun);

describe('--watch', () => {
  const watch = async (options: Options) => {
    const { io, said } = hearing({ cwd: root });
    const code = await watchRunbook(sessionOf(opened, scenario), { words: ['cert-pending'], options }, io);
    return { code, said };
  };
  /** Somebody adds the record after a minute, as the practice clock goes. */
  const mendedMeanwhile = () => {
    const { clock, practice } = opened;
    const due = clock.now().getTime() + 60_000;
    const { sleep } = clock;
    opened = {
      ...opened,
      clock: {
        ...clock,
        sleep: async (milliseconds, signal) => {
          const [step] = scenario.heal;
          if (clock.now().getTime() >= due && step && 'world' in step) practice.mergeWorld(step.world);
          await sleep(milliseconds, signal);
        },
      },
    };
  };

  test('ends with 0 once it is healthy, and says only what changed', async () => {
    await open('dns-no-record');
    mendedMeanwhile();
    const { code, said } = await watch({});
    expect(code, said.out + said.err).toBe(0);
    expect(said.out.match(/\[dns-no-record\]/g)).toHaveLength(1);
    expect(said.out).toContain('Healthy: nothing is wrong here.');
    expect(said.out.match(/Healthy: nothing is wrong here\./g)).toHaveLength(1);
  });

  test('ends with 124 at --timeout, and says how things are', async () => {
    await open('dns-no-record');
    const { code, said } = await watch({ timeout: '1m' });
    expect(code).toBe(124);
    expect(said.out.match(/\[dns-no-record\]/g)).toHaveLength(1);
    expect(said.err).toBe('Still problem after 1m. Nothing was changed.\n');
  });

  test('as a document prints one, the last', async () => {
    await open('dns-no-record');
    mendedMeanwhile();
    const { said } = await watch({ output: 'json' });
    expect(JSON.parse(said.out)).toMatchObject({ kind: 'RunbookReport', outcome: 'healthy' });
  });
});

describe('without a name and with nobody to ask', () => {
  test('all runbooks look in one gather, and which applies is said', async () => {
    await open('dns-no-record');
    const asked: string[] = [];
    const counting: Looker = (look, signal) => {
      asked.push(nameOf(look));
      return opened.look(look, signal);
    };
    const { io, said } = hearing({ cwd: root });
    const code = await runAllRunbooks(asOpened(counting), runbooks, { words: [], options: { output: 'json' } }, io);
    expect(code).toBe(3);
    const list = runbookReportListSchema.parse(JSON.parse(said.out));
    expect(list.items.map(({ runbook }) => runbook)).toEqual(runbooks.map(({ name }) => name));
    expect(list.applies).toContain('cert-pending');
    expect(new Set(asked).size).toBe(asked.length);
    expect(writes()).toEqual([]);
  });
});

describe('-A', () => {
  const swept = async (look?: Looker) => {
    const { io, said } = hearing({ cwd: root });
    const code = await sweep(asOpened(look), runbooks, { words: [], options: { output: 'json' } }, io);
    return { code, report: sweepReportSchema.parse(JSON.parse(said.out)) };
  };

  test('finds what is broken in any namespace, and changes nothing', async () => {
    await open('issuer-not-found-typo');
    const { code, report } = await swept();
    expect(code).toBe(3);
    expect(report.namespaces).toBeGreaterThan(1);
    expect(report.items).toContainEqual(
      expect.objectContaining({ runbook: 'cert-pending', rootCauses: ['issuer-not-found'] }),
    );
    expect(writes()).toEqual([]);
  });

  test('whoever may not list the namespaces is told, and shown their own', async () => {
    await open('healthy');
    const blind: Looker = (look, signal) =>
      nameOf(look) === 'list v1 Namespace'
        ? Promise.resolve({ ok: false, why: 'forbidden', detail: 'not allowed', needs: 'list namespaces' })
        : opened.look(look, signal);
    const { code, report } = await swept(blind);
    expect(code).toBe(5);
    expect(report.namespaces).toBe(1);
    expect(report.coverage.notLooked).toContainEqual({
      what: 'list v1 Namespace',
      because: 'forbidden',
      needs: 'list namespaces',
    });
  });
});

test.each([
  [['runbook', 'cert-pending', '--watch', '--fix'], '--watch only looks'],
  [['runbook', '-A', '--fix'], '-A only looks'],
  [['runbook', '--fix'], 'which runbook'],
  [['runbook', '--watch'], 'which runbook'],
  [['runbook', 'cert-pending', 'auth-tls-cert', '-A'], 'no object'],
  [['runbook', '-A', '--save', 'x.yaml'], 'leave out -A and --watch'],
  [['runbook', 'cert-pending', '--watch', '--save', 'x.yaml'], 'leave out -A and --watch'],
])('%j is a usage error', async (words, says) => {
  const { code, stderr } = await run(words);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
});
