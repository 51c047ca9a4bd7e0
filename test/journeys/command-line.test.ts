import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { errorReportSchema } from '../../src/core/report/error-report.ts';
import { runbookReportSchema } from '../../src/core/report/runbook-report.ts';
import { root, run } from './built-command.ts';

const scenario = (name: string): string => join(root, 'runbooks', 'cert-pending', 'scenarios', `${name}.yaml`);

describe('what a mistyped command line is told', () => {
  test.each([
    { args: ['runbok'], says: 'There is no command "runbok". Did you mean runbook?' },
    { args: ['runbook', 'cert-pendin'], says: 'There is no runbook "cert-pendin".' },
    { args: ['runbook', '--fx'], says: 'There is no option --fx.' },
    { args: ['explain', '--fix'], says: 'orion-setup explain takes no --fix.' },
    {
      args: ['runbook', 'cert-pending', '-o', 'xml'],
      says: 'knows no output "xml"; it knows text, json, yaml, markdown.',
    },
    { args: ['runbook', '--from', '/nowhere.yaml'], says: 'There is no file /nowhere.yaml.' },
    { args: ['explain', 'no-such-cause'], says: 'There is no cause "no-such-cause".' },
    { args: ['help', 'nothing'], says: 'There is no help on "nothing".' },
    { args: ['completion', 'tcsh'], says: 'completion knows bash, zsh and fish, not "tcsh".' },
  ])('$args', async ({ args, says }) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toContain(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('as a document where one was asked for', async () => {
    const { code, stdout } = await run(['runbook', 'cert-pendin', '-o', 'json']);
    expect(code).toBe(2);
    expect(errorReportSchema.parse(JSON.parse(stdout))).toMatchObject({ kind: 'Error', code: 2 });
  });
});

test('without a terminal and without a command: help, exit 2', async () => {
  const { code, stdout, stderr } = await run([]);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('Usage: orion-setup');
});

test('every command has help that names it, and --version is the package’s', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect((await run(['--version'])).stdout).toBe(`${version}\n`);
  for (const { name } of commands) {
    const { code, stdout } = await run([name, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: orion-setup ${name}`);
  }
});

test('explain tells a cause in its own words, and what looks the same', async () => {
  const { code, stdout } = await run(['explain', 'pdb-multiple']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^# /);
  expect(stdout).toMatch(/^- an eviction is refused though the budget has room: eviction-forbidden, /m);
});

test.each([
  { name: 'healthy', code: 0 },
  { name: 'dns-no-record', code: 3 },
])('saved evidence of $name ends with $code, in lines and as a document', async ({ name, code }) => {
  const lines = await run(['runbook', '--from', scenario(name)]);
  expect(lines.code).toBe(code);
  const document = await run(['runbook', '--from', scenario(name), '-o', 'json']);
  expect(document.code).toBe(code);
  expect(document.stderr).toBe('');
  const report = runbookReportSchema.parse(JSON.parse(document.stdout));
  for (const finding of report.findings) expect(lines.stdout).toContain(finding.code);
});

test('without a kubeconfig: exit 8, and what to do', async () => {
  const { code, stderr } = await run(['runbook', 'cert-pending']);
  expect(code, stderr).toBe(8);
  expect(stderr).toMatch(/kubeconfig/i);
});

test('a completion script offers every command', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout } = await run(['completion', shell]);
    for (const { name } of commands) expect(stdout).toContain(name);
  }
});
