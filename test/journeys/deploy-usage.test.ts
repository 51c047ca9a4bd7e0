import { describe, expect, it } from 'vitest';
import { run } from './built-command.ts';

/** What is missing for render, diff, deploy and rollback is said before any cluster is asked, with what to do. */
describe('day two, with nothing there', () => {
  it.each(['render', 'diff', 'deploy production'])('%s without manifests: 2, and how to get them', async (words) => {
    const { code, stdout, stderr } = await run([...words.split(' '), '--no-input']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/There are no manifests for (staging|production): .*kustomization\.yaml is not there/);
    expect(stderr).toContain(`orion-setup setup --env ${words.split(' ')[1] ?? 'staging'}`);
  });

  it.each([
    ['deploy qa', 'deploy takes one environment'],
    ['rollback staging --to-set x', '--to-set takes a number'],
    ['rollback --to-set 1 --to-revision 2', 'Either to a set or to a revision'],
    ['diff staging -n elsewhere', 'staging is the namespace orion-staging'],
    ['deploy staging --to-set 1', 'takes no --to-set'],
  ])('%s: 2', async (words, says) => {
    const { code, stderr } = await run([...words.split(' '), '--no-input']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it('as a document, an error of a pipeline is one document with the code', async () => {
    const { code, stdout } = await run(['deploy', 'staging', '-o', 'json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'Error',
      code: 2,
      next: [expect.stringContaining('setup'), expect.anything()],
    });
  });

  it('rollback without a cluster: 8', async () => {
    expect((await run(['rollback', '--no-input'])).code).toBe(8);
  });
});
