import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from './built-command.ts';

/** What npm publishes, unpacked elsewhere: all that a command reads from the package must be in it. */
const call = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  const { stdout } = await call('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  const packed = JSON.parse(stdout) as readonly { filename: string }[] | Readonly<Record<string, { filename: string }>>;
  const [first] = Object.values(packed);
  await call('tar', ['-xzf', join(folder, first?.filename ?? ''), '-C', folder]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const installed = async (...args: readonly string[]): Promise<string> =>
  (await call(process.execPath, [join(folder, 'package/bin/orion-setup.cjs'), ...args], { cwd: folder })).stdout;

test('its commands find their stories, their prose and their templates', async () => {
  expect(await installed('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await installed('practice', '--list')).toContain('dns-no-record');
  expect(await installed('explain', 'pdb-no-headroom')).toContain('By hand');
  expect(await installed('practice', 'issuer-not-found-typo', '--auto')).toContain('Mended and proved.');
  // The tour sets up from the templates.
  expect(await installed('practice')).toContain('That was the tour.');
});
