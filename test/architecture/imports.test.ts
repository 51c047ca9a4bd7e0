import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rules: readonly { readonly name: string }[] = createRequire(import.meta.url)(
  `${root}/.dependency-cruiser.cjs`,
).forbidden;

/** For each rule one file that breaks it: the file, and what it imports. Files that are imported and not listed are made empty. */
const planted: Readonly<Record<string, readonly [file: string, imports: string]>> = {
  'core-is-alone': ['src/core/a.ts', '../engine/empty.ts'],
  'runbooks-see-core-only': ['runbooks/one/a.ts', '../../src/engine/empty.ts'],
  'engine-sees-core-only': ['src/engine/a.ts', '../edges/empty.ts'],
  'edges-see-core-only': ['src/edges/a.ts', '../engine/empty.ts'],
  'views-see-core-only': ['src/views/plain/a.ts', '../../engine/empty.ts'],
  'cli-sees-core-only': ['src/cli/a.ts', '../edges/empty.ts'],
  'practice-sees-core-only': ['src/practice/a.ts', '../edges/empty.ts'],
  'main-joins-little': ['src/main.ts', './engine/empty.ts'],
  'one-runbook-does-not-import-another': ['runbooks/one/b.ts', '../two/empty.ts'],
  'runbooks-cannot-write': ['runbooks/one/c.ts', '../../src/core/outside/cluster-writer.ts'],
  'deciders-do-no-io': ['src/core/b.ts', 'node:fs'],
  'deciders-need-few-packages': ['src/engine/b.ts', 'commander'],
  'only-ink-views-draw': ['src/views/plain/b.ts', 'ink'],
  'only-edges-touch': ['src/views/plain/c.ts', 'execa'],
  'only-plain-asks-by-line': ['src/views/ink/a.ts', 'inquirer'],
  'every-import-resolves': ['src/core/c.ts', './no-such-file.ts'],
  'no-cycles': ['src/core/d.ts', './e.ts'],
};

/** What breaks no rule, so that a rule that forbids everything is seen too. */
const allowed: readonly (readonly [file: string, imports: string])[] = [
  ['src/core/ok.ts', 'zod'],
  ['src/core/certificate.ts', 'node:crypto'],
  ['src/engine/ok.ts', '../core/ok.ts'],
  ['src/edges/ok.ts', 'node:fs'],
  ['src/views/ink/ok.ts', 'ink'],
  ['src/views/plain/ok.ts', 'inquirer'],
  ['runbooks/one/ok.ts', '../../src/core/ok.ts'],
];

type Violation = { readonly from: string; readonly rule: { readonly name: string } };

let tree: string;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'imports-'));
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
    cpSync(join(root, file), join(tree, file));
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  for (const name of ['src/engine', 'src/edges', 'runbooks/two'])
    write(`${name}/empty.ts`, 'export const empty = 1;\n');
  write('src/core/outside/cluster-writer.ts', 'export const empty = 1;\n');
  write('src/core/e.ts', "export * from './d.ts';\n");
  for (const [file, imports] of [...Object.values(planted), ...allowed]) write(file, `export * from '${imports}';\n`);
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), text);
}

/** The checker as `npm run imports` calls it. It ends with the number of errors, so its exit code is no failure here. */
async function violationsIn(folder: string): Promise<readonly Violation[]> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, 'src', 'runbooks', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 1 << 28 }).catch(
    (error: { readonly stdout: string }) => error,
  );
  return (JSON.parse(stdout) as { summary: { violations: readonly Violation[] } }).summary.violations;
}

test('every rule has a planted violation', () => {
  expect(Object.keys(planted).toSorted()).toEqual(rules.map(({ name }) => name).toSorted());
});

test('every rule reports its planted violation, and nothing allowed', { timeout: 60_000 }, async () => {
  const violations = await violationsIn(tree);
  for (const [rule, [file]] of Object.entries(planted)) {
    expect(
      violations.filter(({ from }) => from === file).map(({ rule: { name } }) => name),
      `${rule}: ${readFileSync(join(tree, file), 'utf8')}`,
    ).toContain(rule);
  }
  expect(violations.filter(({ from }) => allowed.some(([file]) => file === from))).toEqual([]);
});

test('the real tree breaks none', { timeout: 60_000 }, async () => {
  expect(await violationsIn(root)).toEqual([]);
});
