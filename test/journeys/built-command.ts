import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const launcher = join(root, 'bin', 'orion-setup.cjs');

export type Said = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs the built command without a terminal, in an empty home and without any kubeconfig unless one is given. */
export async function run(
  args: readonly string[],
  { env = {}, input = '' }: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Said> {
  const home = mkdtempSync(join(tmpdir(), 'orion-setup-home-'));
  const { CI: _ci, KUBECONFIG: _config, ...rest } = process.env;
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...rest, HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state'), ...env },
  });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
