import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { type Accuracy, accuracyTable, measure } from './accuracy.ts';

let accuracy: readonly Accuracy[];
beforeAll(async () => {
  accuracy = await measure();
});

test('every code is covered, every scenario exactly right, with open eyes and with one look taken away', () => {
  for (const { runbook, codes, covered, all } of accuracy) {
    expect({ runbook, covered, ...all }).toEqual({
      runbook,
      covered: codes,
      source: 'all',
      scenarios: all.scenarios,
      exact: all.scenarios,
      missed: 0,
      wrong: 0,
      falseAlarms: 0,
      blinded: all.blinded,
      blindedWrong: 0,
    });
    expect(all.blinded).toBeGreaterThan(all.scenarios);
  }
});

test('each cause is found in a scenario in which what looks like it was looked for and is not there', () => {
  for (const { pairs, toldApart } of accuracy) {
    expect(pairs.length).toBeGreaterThan(0);
    expect(pairs.filter((pair) => !toldApart.includes(pair))).toEqual([]);
  }
});

test('the README shows these numbers: npm run accuracy writes them', () => {
  const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
  expect(readme).toContain(`<!-- accuracy -->\n${accuracyTable(accuracy)}\n<!-- /accuracy -->`);
});
