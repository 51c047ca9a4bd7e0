import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ClusterChoice, findCluster } from '../../../src/edges/cluster/find-cluster.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { two, writeKubeconfig } from './kubeconfig-file.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

const write = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder.path, name), text);
  return join(folder.path, name);
};

const find = (choice: ClusterChoice, env: NodeJS.ProcessEnv = {}, root?: string) =>
  findCluster(choice, { env: { HOME: folder.path, ...env }, ...(root === undefined ? {} : { root }) });

describe('stops that say what to do', () => {
  test('no kubeconfig at all', async () => {
    await expect(find({})).rejects.toMatchObject({
      name: 'ExpectedStop',
      reason: 'no-connection',
      message: expect.stringContaining(join(folder.path, '.kube/config')),
      next: [expect.stringContaining('KUBECONFIG'), expect.stringContaining('practice')],
    });
  });

  test('a context that is not there lists those that are', async () => {
    await expect(find({ context: 'nowhere', kubeconfig: await write('one', two('one')) })).rejects.toMatchObject({
      reason: 'usage',
      message: expect.stringContaining('"nowhere"'),
      next: ['Choose one with --context: one-context, shared'],
    });
  });

  test('no current context', async () => {
    await expect(find({ kubeconfig: await write('one', two('one', false)) })).rejects.toMatchObject({
      reason: 'usage',
      message: expect.stringContaining('no current context'),
    });
  });

  test('a chosen file that does not exist', async () => {
    await expect(find({ kubeconfig: join(folder.path, 'no') })).rejects.toMatchObject({
      reason: 'usage',
      message: expect.stringContaining('does not exist'),
    });
  });

  test.each(['cluster', 'user'])('a context whose %s is missing', async (what) => {
    const text = two('one').replace(`{name: one-${what}, ${what}:`, `{name: another, ${what}:`);
    await expect(find({ kubeconfig: await write('one', text) })).rejects.toMatchObject({
      reason: 'usage',
      message: expect.stringContaining(`${what} "one-${what}"`),
    });
  });

  test('a file that is no YAML, without quoting it', async () => {
    const kubeconfig = await write('broken', 'users:\n- name: me\n  user: {token: planted-secret\n bad: [');
    const stop = await find({ kubeconfig }).catch((error: Error) => error);
    expect(stop).toMatchObject({ reason: 'usage' });
    expect(JSON.stringify([String(stop), stop])).not.toContain('planted-secret');
  });

  test('one broken entry does not spoil the others', async () => {
    const text = two('one').replace('users:', 'users:\n- {user: {token: nameless}}');
    expect((await find({ kubeconfig: await write('one', text) })).userName).toBe('one-user');
  });

  test('a server without TLS, unless it is a proxy on this machine', async () => {
    const far = await writeKubeconfig(join(folder.path, 'far'), { server: 'http://api.example.org' });
    await expect(find({ kubeconfig: far })).rejects.toMatchObject({
      reason: 'usage',
      message: expect.stringContaining('not https'),
    });
    const near = await writeKubeconfig(join(folder.path, 'near'), { server: 'http://127.0.0.1:8001' });
    expect((await find({ kubeconfig: near })).cluster.server).toBe('http://127.0.0.1:8001');
  });
});
