import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { historyReportSchema } from '../../src/core/report/history-report.ts';
import { run } from './built-command.ts';
import { deployedPractice } from './deployed-practice.ts';
import { clockLineOf, clockLines, movedBy } from './moved-clock.ts';

/**
 * Set-up, deploy, rollback and undo on a machine whose clock is off, against a practice cluster whose own is right: they come to what they
 * come to with a sound clock, what they write down has the cluster's dates, and each says once that the clock is off.
 */

const minute = 60_000;
const threeHours = 180 * minute + minute / 3;
/** The practice cluster let that pass to become sound. */
const passed = 10 * minute;

test.concurrent.for([
  { words: '3 h behind', by: -threeHours },
  { words: '3 h ahead of', by: threeHours },
])(
  'a clock that is $words: set up, deployed, rolled back and taken back all the same',
  { timeout: 180_000 },
  async ({ words, by }, { onTestFinished }) => {
    const home = mkdtempSync(join(tmpdir(), 'orion-setup-clock-'));
    const place = await deployedPractice(home, { differs: { NODE_OPTIONS: movedBy(passed + by) } });
    onTestFinished(async () => {
      await place.close();
      rmSync(home, { recursive: true, force: true });
    });
    const { args, env, done, imageInTree, practice } = place;
    const once = [clockLineOf(words)];
    /** By the cluster's clock, by which the test takes some minutes at the most; by this machine's it would be hours from then. */
    const isNow = (moment: string): boolean =>
      Math.abs(practice.clock.now().getTime() - Date.parse(moment)) < 10 * minute;
    const heard = async (line: string, probing: readonly string[] = args) => {
      const said = await run([...line.split(' '), '--no-input', '-o', 'json', ...probing], { env });
      expect(clockLines(said.stderr), line).toEqual(once);
      return { ...said, report: JSON.parse(said.stdout) };
    };

    expect(done.stdout).toContain('Set up and verified: staging.');
    expect(clockLines(done.stderr)).toEqual(once);

    const tree = await imageInTree('1.5.0');
    expect(clockLines(tree.stderr)).toEqual(once);
    const differs = await heard('diff staging');
    expect([differs.code, differs.report.outcome]).toEqual([3, 'different']);

    const deployed = await heard('deploy staging --yes');
    expect(deployed.report, deployed.stdout).toMatchObject({ outcome: 'healthy', gate: { state: 'passed' } });
    expect(isNow(deployed.report.startedAt), deployed.report.startedAt).toBe(true);
    expect(isNow(deployed.report.gate.at), deployed.report.gate.at).toBe(true);

    const back = await heard('rollback staging --yes');
    expect(back.report, back.stdout).toMatchObject({ outcome: 'healthy', to: { set: 1 } });

    const pods = await heard('rollback staging --to-revision 3 --yes');
    expect(pods.report, pods.stdout).toMatchObject({ outcome: 'healthy', to: { revision: 3 } });
    const undone = await heard('undo --yes', []);
    expect(undone.report, undone.stdout).toMatchObject({ steps: [{ way: 'open', result: 'done' }] });

    const prerequisites = await heard('prerequisites', []);
    expect(isNow(prerequisites.report.startedAt), prerequisites.report.startedAt).toBe(true);

    const history = await run(['history', '-o', 'json'], { env });
    const { items } = historyReportSchema.parse(JSON.parse(history.stdout));
    expect(items.map(({ title }) => title).slice(0, 4)).toEqual([
      'Take back: Roll staging back to revision 3',
      'Roll staging back to revision 3',
      'Roll staging back to set 1',
      'Deploy staging',
    ]);
    expect(items.filter(({ at }) => !isNow(at))).toEqual([]);
  },
);
