import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { playScenario } from '../../src/commands/play-scenario.ts';
import { scenarioListSchema } from '../../src/core/report/scenario-list.ts';
import { parseScenario } from '../../src/core/scenario.ts';
import { scenarioPaths } from '../../src/edges/files/scenarios.ts';
import { root, run } from './built-command.ts';
import { hearing } from './hearing.ts';

const stories = [...(await scenarioPaths())];

/** Plays a story in this process: the same code as `practice NAME --auto`, without a start of Node for each. */
async function play(path: string): Promise<{ readonly code: number; readonly said: string }> {
  const { io, said } = hearing({ cwd: root });
  const code = await playScenario(
    parseScenario(readFileSync(join(root, path), 'utf8'), path),
    { words: [], options: { auto: true } },
    io,
  );
  return { code, said: said.err + said.out };
}

describe('every story comes to its good end on the practice cluster', () => {
  test.each(stories)('%s', async (_, path) => {
    const { code, said } = await play(path);
    expect(code, said).toBe(0);
  });
});

test('practice --list -o json lists them', async () => {
  const { code, stdout } = await run(['practice', '--list', '-o', 'json']);
  expect(code).toBe(0);
  expect(scenarioListSchema.parse(JSON.parse(stdout)).items.map(({ name }) => name)).toEqual(
    stories.map(([name]) => name),
  );
});

test('practice NAME --auto: named, mended, proved, exit 0', async () => {
  const { code, stdout } = await run(['practice', 'networkpolicy-blocks-solver', '--auto']);
  expect(code).toBe(0);
  expect(stdout).toContain('[networkpolicy-blocks-solver]');
  expect(stdout).toContain('Mended and proved.');
});

test('practice without a terminal plays the tour and ends 0', async () => {
  const { code, stdout, stderr } = await run(['practice']);
  expect(code, stdout + stderr).toBe(0);
  for (const said of [
    'Set-up of staging',
    'Certificate/auth-tls-cert: Issuing',
    'Challenge for auth-staging.example.org: ',
    'Set up and verified: staging.',
    '[networkpolicy-blocks-solver]',
    'Mended and proved.',
    'Taken back: ',
    'That was the tour.',
  ])
    expect(stdout).toContain(said);
  expect(stderr).toBe('');
});

test('a story that does not exist is told so, with those that are like it', async () => {
  const { code, stderr } = await run(['practice', 'dns']);
  expect(code).toBe(2);
  expect(stderr).toContain('orion-setup practice dns-no-record');
});
