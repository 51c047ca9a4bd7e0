import { describe, expect, test } from 'vitest';
import { obstaclesIn } from '../../../runbooks/pdb-blocking/rollout/scheduling.ts';
import { findsWithout, type Held, unseenPatterns, type Without, without } from '../seen-words.ts';
import saidOnTheBed from './said-on-the-bed.json' with { type: 'json' };

const runbook = 'pdb-blocking';

/** Names, addresses, fields and options: what an operator writes, and no controller says. */
const names: Held['names'] = [
  ['room.ts', /requests|limits/],
  ['budget/pdb-multiple.ts', /^\^-$/],
  ['budget/pdb-selector-too-broad.ts', /^\^-$/],
  // Reasons of a container that waits, which are typed.
  ['rollout/rollout-image-pull.ts', /^(?:InvalidImageName|ErrImageNeverPull)$/],
];

/** No registry is on the bed, and the kubelet's containers there never run. */
const unseen: Readonly<Record<string, Without>> = {
  ...without(
    'rollout-image-pull-unauthorized',
    /^(?:Failed to pull|Back-off pulling)[\s\S]*/,
    [
      '401 Unauthorized',
      '403 Forbidden',
      '429 Too Many Requests',
      'TLS handshake',
      'deadline exceeded',
      'i\\/o timeout',
      'manifest unknown',
      'no basic auth',
      'no match for platform',
      'no such host',
      'toomanyrequests',
      'unauthorized',
      'x509',
    ].map((words) => `rollout/rollout-image-pull.ts: ${words}`),
  ),
  ...without('rollout-crashloop-liveness', /liveness/gi, ['rollout/rollout-crashloop.ts: liveness']),
  ...without('rollout-readiness-failing-wrong-port', /^Readiness probe failed: .*/, [
    'rollout/rollout-readiness-failing.ts: Client\\.Timeout',
    'rollout/rollout-readiness-failing.ts: deadline exceeded',
  ]),
};

/** As detectors take it apart: what the scheduler says of some nodes. */
const partsOf = (text: string): readonly string[] => [text, ...obstaclesIn(text).map(({ words }) => words)];

test('each pattern was seen, or is told not to have been', () => {
  expect(unseenPatterns({ runbook, saidOnTheBed, names, partsOf })).toEqual(Object.keys(unseen).toSorted());
});

describe('what was not seen is found without it', () => {
  test.each(Object.entries(unseen))('%s', (_, words) => findsWithout(runbook, words));
});
