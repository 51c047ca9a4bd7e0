import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mendHere } from '../../src/commands/mend-here.ts';
import { openPractice } from '../../src/commands/open-practice.ts';
import { lookAt, sessionOf } from '../../src/commands/practice-session.ts';
import { parseScenario } from '../../src/core/scenario.ts';
import { root, run } from './built-command.ts';
import { hearing } from './hearing.ts';

/** Evidence of one cluster: kept, looked at again anywhere with the same answer, and practised on. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evidence-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const saved = async (name: string): Promise<{ readonly file: string; readonly report: Record<string, unknown> }> => {
  const file = join(folder, `${name}.yaml`);
  const from = join(root, 'runbooks/cert-pending/scenarios', `${name}.yaml`);
  const { stdout } = await run(['runbook', '--from', from, '--save', file, '-o', 'json']);
  return { file, report: JSON.parse(stdout) };
};

const withoutTimes = ({ durationMs: _, startedAt: __, target: ___, ...report }: Record<string, unknown>) => report;

test.each(['networkpolicy-blocks-solver', 'dns-wrong-target', 'healthy'])(
  '%s says the same from its file',
  async (name) => {
    const { file, report } = await saved(name);
    const { stdout } = await run(['runbook', '--from', file, '-o', 'json']);
    expect(withoutTimes(JSON.parse(stdout))).toEqual(withoutTimes(report));
  },
);

test('as Markdown it is an incident report, with the exit code of every other format', async () => {
  const { file } = await saved('networkpolicy-blocks-solver');
  const { stdout, code } = await run(['runbook', '--from', file, '-o', 'markdown']);
  expect(code).toBe(3);
  expect(stdout).toMatch(/^# Certificate stuck: auth-tls-cert in orion-staging\n/);
  expect(stdout).toContain('(`networkpolicy-blocks-solver`)');
  expect(stdout).toContain('State at the end: broken. Nothing was changed.');
  const watched = await run(['runbook', 'cert-pending', '--watch', '-o', 'markdown']);
  expect(watched.code).toBe(2);
  expect(watched.stderr).toContain('leave out -A and --watch');
});

test('in practice the world of the evidence goes on: the remedy heals there', async () => {
  const { file } = await saved('networkpolicy-blocks-solver');
  const scenario = parseScenario(readFileSync(file, 'utf8'), file);
  const { io } = hearing({ cwd: root });
  const opened = await openPractice(scenario, 'by-itself', io);
  try {
    const session = sessionOf(opened, scenario);
    const before = await lookAt(session, io);
    expect(before.rootCauses).toEqual(['networkpolicy-blocks-solver']);
    const consent = { yes: true, confirm: [scenario.target.namespace], fix: true };
    const { diagnosis } = await mendHere(session, before, { words: ['cert-pending'], options: consent }, io);
    expect(diagnosis.outcome).toBe('healthy');
  } finally {
    await opened.close();
  }
});

test('practice FILE --auto says what it is and ends by it', async () => {
  const { file } = await saved('dns-wrong-target');
  const { code, stdout } = await run(['practice', file, '--auto']);
  expect(code).toBe(3);
  expect(stdout).toContain('[dns-wrong-target]');
  expect(stdout).toContain('On a terminal it can be practised on.');
});
