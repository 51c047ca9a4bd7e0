import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { RunbookReport } from '../../src/core/report/runbook-report.ts';
import { currentBed } from './bed/bed.ts';

const launcher = fileURLToPath(new URL('../../bin/orion-setup.cjs', import.meta.url));

export type Said = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A home of its own: profiles and journals of one test never meet another's. */
export const newHome = (): string => mkdtempSync(join(tmpdir(), 'orion-setup-home-'));

/** Runs the built command as an operator would, without a terminal. */
export async function orion(
  args: readonly string[],
  { home = newHome(), kubeconfig = currentBed().kubeconfig, input = '' } = {},
): Promise<Said> {
  const { CI: _, ...environment } = process.env;
  const child = spawn(process.execPath, [launcher, ...args], {
    env: {
      ...environment,
      HOME: home,
      XDG_CONFIG_HOME: `${home}/config`,
      XDG_STATE_HOME: `${home}/state`,
      KUBECONFIG: kubeconfig,
    },
  });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, stdout, stderr };
}

/** The report of a runbook in this namespace, as JSON. */
export async function diagnosed(
  namespace: string,
  options: { home?: string; kubeconfig?: string; more?: readonly string[] } = {},
) {
  const { more = [], ...place } = options;
  const said = await orion(
    ['runbook', 'cert-pending', '-n', namespace, '--resolver', currentBed().resolver, '-o', 'json', ...more],
    place,
  );
  if (said.stdout === '') throw new Error(`no report (exit ${said.code}): ${said.stderr}`);
  const report = JSON.parse(said.stdout) as RunbookReport & { kind: string; message?: string };
  if (report.kind !== 'RunbookReport') throw new Error(`exit ${said.code}: ${report.message}`);
  return { code: said.code, report, stderr: said.stderr };
}
