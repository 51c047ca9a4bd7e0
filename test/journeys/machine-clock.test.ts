import { afterAll, beforeAll, expect, test } from 'vitest';
import { run, type Said } from './built-command.ts';
import { clockLineOf, clockLines, movedBy } from './moved-clock.ts';
import { verifiedPractice } from './verified-practice.ts';

/** The machine's clock is off by weeks. By it the certificate would be overdue, or not yet valid. */
let place: Awaited<ReturnType<typeof verifiedPractice>>;
beforeAll(async () => {
  place = await verifiedPractice();
});
afterAll(() => place?.close());

const days = 80 * 86_400_000 + 3_600_000;
const heard = (args: readonly string[], milliseconds: number): Promise<Said> =>
  run([...args, ...place.args], { env: { ...place.env, NODE_OPTIONS: movedBy(milliseconds) } });

test.each([
  ['ahead of', days],
  ['behind', -days],
])(
  '%s the API server: ages are told by that, which is said once, and nothing is blamed',
  async (words, milliseconds) => {
    const verified = await heard(['verify', 'staging', '-o', 'json'], milliseconds);
    expect(JSON.parse(verified.stdout).outcome, verified.stdout).toBe('healthy');
    expect(clockLines(verified.stderr)).toEqual([clockLineOf(`80 days ${words}`)]);
    expect(verified.code).toBe(0);

    const runbook = await heard(['runbook', 'cert-pending', '-n', 'orion-staging', '-o', 'json'], milliseconds);
    expect(JSON.parse(runbook.stdout), runbook.stdout).toMatchObject({ outcome: 'healthy', findings: [] });
    expect(runbook.code).toBe(0);
  },
);
