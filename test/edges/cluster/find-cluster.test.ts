import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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

describe('KUBECONFIG with several files', () => {
  const several = async () => {
    const files = [
      join(folder.path, 'missing'),
      await write('empty', '# nothing\n'),
      await write('one', two('one')),
      await write('two', two('two')),
    ];
    return { KUBECONFIG: files.join(delimiter) };
  };

  test('a missing or empty one is passed over, and the first current context counts', async () => {
    const found = await find({}, await several());
    expect(found).toMatchObject({
      context: 'one-context',
      namespace: 'one-ns',
      cluster: { server: 'https://one.example.org:6443' },
    });
  });

  test('all of their contexts can be chosen', async () => {
    expect(await find({ context: 'two-context' }, await several())).toMatchObject({
      userName: 'two-user',
      namespace: 'two-ns',
    });
  });

  test('of the same name the first one counts, as with kubectl', async () => {
    expect(await find({ context: 'shared' }, await several())).toMatchObject({
      userName: 'one-user',
      cluster: { server: 'https://one-shared.example.org' },
    });
  });

  test('the first file need not name a current context', async () => {
    const KUBECONFIG = [await write('one', two('one', false)), await write('two', two('two'))].join(delimiter);
    expect((await find({}, { KUBECONFIG })).context).toBe('two-context');
  });

  test('--kubeconfig wins over it', async () => {
    expect((await find({ kubeconfig: await write('three', two('three')) }, await several())).context).toBe(
      'three-context',
    );
  });
});

test('~/.kube/config where nothing else is said, and the namespace default', async () => {
  await mkdir(join(folder.path, '.kube'));
  await writeKubeconfig(join(folder.path, '.kube/config'), { server: 'https://home.example.org' });
  expect(await find({})).toMatchObject({ context: 'here', namespace: 'default' });
  expect(await find({ namespace: 'orion-staging' })).toMatchObject({ namespace: 'orion-staging' });
});

test('paths in a kubeconfig are seen from its folder', async () => {
  await mkdir(join(folder.path, 'sub'));
  await write('sub/token', 'from-a-file\n');
  const kubeconfig = await write(
    'sub/config',
    `
current-context: c
clusters: [{name: c, cluster: {server: "https://x.example.org", certificate-authority: ca.pem}}]
users:
- {name: u, user: {tokenFile: token, client-certificate: cert.pem, exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login}}}
contexts: [{name: c, context: {cluster: c, user: u}}]
`,
  );
  const found = await find({ kubeconfig });
  expect(found.cluster.caFile).toBe(join(folder.path, 'sub/ca.pem'));
  expect(found.config.getCurrentUser()).toMatchObject({
    certFile: join(folder.path, 'sub/cert.pem'),
    authProvider: { config: { tokenFile: join(folder.path, 'sub/token') } },
  });
  expect(found.exec?.command).toBe(join(folder.path, 'sub/bin/login'));
});

test('a plugin named without a folder is left to PATH', async () => {
  const kubeconfig = await writeKubeconfig(join(folder.path, 'config'), {
    server: 'https://x.example.org',
    user: { exec: { command: 'aws' } },
  });
  expect((await find({ kubeconfig })).exec?.command).toBe('aws');
});

test('impersonation: the user from --as, groups and the rest from the kubeconfig', async () => {
  const kubeconfig = await writeKubeconfig(join(folder.path, 'config'), {
    server: 'https://x.example.org',
    user: {
      token: 't',
      as: 'jane',
      'as-groups': ['dev', 'ops'],
      'as-uid': '7',
      'as-user-extra': { 'scope/a': ['view'] },
    },
  });
  expect((await find({ kubeconfig })).config.getCurrentUser()?.impersonateUser).toBe('jane');
  const found = await find({ kubeconfig, as: 'joe' });
  expect(found.config.getCurrentUser()).toMatchObject({ impersonateUser: 'joe', token: 't' });
  expect(found.headers).toEqual({
    'Impersonate-Group': ['dev', 'ops'],
    'Impersonate-Uid': '7',
    'Impersonate-Extra-scope%2Fa': ['view'],
  });
});

describe('in a pod', () => {
  const pod = async () => {
    const mounted = join(folder.path, 'var/run/secrets/kubernetes.io/serviceaccount');
    await mkdir(mounted, { recursive: true });
    await writeFile(join(mounted, 'token'), 'pod-token');
    await writeFile(join(mounted, 'namespace'), 'orion-prod\n');
    // client-node reads these from the process itself.
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.96.0.1');
    vi.stubEnv('KUBERNETES_SERVICE_PORT', '443');
    return { KUBERNETES_SERVICE_HOST: '10.96.0.1' };
  };
  afterEach(() => vi.unstubAllEnvs());

  test('its service account, where there is no kubeconfig', async () => {
    const found = await find({}, await pod(), folder.path);
    expect(found).toMatchObject({ namespace: 'orion-prod', cluster: { server: 'https://10.96.0.1:443' } });
  });

  test('a kubeconfig wins', async () => {
    const KUBECONFIG = await write('one', two('one'));
    expect((await find({}, { ...(await pod()), KUBECONFIG }, folder.path)).context).toBe('one-context');
  });
});
