import { describe, expect, test } from 'vitest';
import { findsWithout, type Held, unseenPatterns, type Without, without } from '../seen-words.ts';
import saidOnTheBed from './said-on-the-bed.json' with { type: 'json' };

const runbook = 'prometheus-not-scraping';

/** Names, addresses, fields and options: what an operator writes, and no controller says. */
const names: Held['names'] = [
  ['config/config-reload-failed.ts', /:\\\/\\\//],
  ['discovery/relabelings-drop-all.ts', /equal/],
  ['operator/operator-log.ts', /prometheus-operator/],
  ['target/job-asks.ts', /job/],
  ['target/seen-targets.ts', /^\^\\\[/],
];

/** A scrape that took all its time ran out of it, whatever is said of it. */
const unseen: Readonly<Record<string, Without>> = without(
  'live-target-timeout-slow',
  /^Get "[^"]*": context deadline.*/,
  [
    'target/last-error.ts: : dial tcp .*: (connect: connection timed out)$',
    'target/last-error.ts: : dial tcp .*: (i\\/o timeout)$',
    'target/last-error.ts: Client\\.Timeout exceeded',
    'target/last-error.ts: i\\/o timeout',
  ],
);

test('each pattern was seen, or is told not to have been', () => {
  expect(unseenPatterns({ runbook, saidOnTheBed, names })).toEqual(Object.keys(unseen).toSorted());
});

describe('what was not seen is found without it', () => {
  test.each(Object.entries(unseen))('%s', (_, words) => findsWithout(runbook, words));
});
