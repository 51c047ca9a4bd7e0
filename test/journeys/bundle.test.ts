import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './built-command.ts';

type Output = {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
  readonly entryPoint?: string;
};

const { outputs } = JSON.parse(readFileSync(join(root, 'dist', 'meta.json'), 'utf8')) as {
  readonly outputs: Readonly<Record<string, Output>>;
};

/** Sources that are loaded at once with this output: everything but what stands behind a dynamic import. */
function loadedWith(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: next, kind } of outputs[path]?.imports ?? [])
    if (kind === 'import-statement') loadedWith(next, seen);
  return seen;
}

const sourcesOf = (path: string): readonly string[] =>
  [...loadedWith(path)].flatMap((output) => Object.keys(outputs[output]?.inputs ?? {}));

function chunkOf(source: string): string {
  const found = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source);
  if (!found) throw new Error(`no chunk for ${source}`);
  return found[0];
}

const heavy = /node_modules\/(ink|react|inquirer|@inquirer\/[^/]+|conf|undici)\/|src\/practice\//;

test('--help loads no screen, no question, no profile store, no practice cluster and no runbook', () => {
  const sources = sourcesOf(chunkOf('src/main.ts'));
  expect(sources.filter((source) => heavy.test(source) || source.startsWith('runbooks/'))).toEqual([]);
});

test('runbook -o json loads no screen, no question and no practice cluster', () => {
  const sources = [...sourcesOf(chunkOf('src/main.ts')), ...sourcesOf(chunkOf('src/commands/runbook.ts'))];
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.filter((source) => heavy.test(source))).toEqual([]);
});
