import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { couldChange } from '../../src/practice/server.ts';
import { bareCluster } from './bare-cluster.ts';

let practice: Awaited<ReturnType<typeof bareCluster>>;
beforeAll(async () => {
  practice = await bareCluster();
});
afterAll(() => practice.server.close());

const configMaps = '/api/v1/namespaces/app/configmaps';
const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { of: name } },
  data,
});
const deployment = (name: string, replicas = 2) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'app' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'x:1' }] } },
  },
  status: { replicas: 99 },
});
const deployments = '/apis/apps/v1/namespaces/app/deployments';

describe('refusals are worded as the real API server words them', () => {
  const cases: readonly (readonly [string, string, string, unknown, number, string, string])[] = [
    [
      'an object that is not there',
      'GET',
      `${configMaps}/absent`,
      undefined,
      404,
      'NotFound',
      'configmaps "absent" not found',
    ],
    [
      'a custom resource that is not there',
      'GET',
      '/apis/cert-manager.io/v1/namespaces/app/certificates/x',
      undefined,
      404,
      'NotFound',
      'certificates.cert-manager.io "x" not found',
    ],
    [
      'a resource nobody knows',
      'GET',
      '/api/v1/namespaces/app/widgets',
      undefined,
      404,
      'NotFound',
      'the server could not find the requested resource',
    ],
    [
      'a namespace that is not there',
      'POST',
      '/api/v1/namespaces/nowhere/configmaps',
      configMap('a'),
      404,
      'NotFound',
      'namespaces "nowhere" not found',
    ],
    [
      'a Certificate without issuer and Secret',
      'POST',
      '/apis/cert-manager.io/v1/namespaces/app/certificates',
      { metadata: { name: 'c' }, spec: { secretName: 's' } },
      422,
      'Invalid',
      'Certificate.cert-manager.io "c" is invalid: spec.issuerRef: Required value',
    ],
    [
      'a selector that misses its template',
      'POST',
      deployments,
      { ...deployment('d'), spec: { ...deployment('d').spec, selector: { matchLabels: { app: 'other' } } } },
      422,
      'Invalid',
      'Deployment.apps "d" is invalid: spec.template.metadata.labels: Invalid value: {"app":"d"}: `selector` does not match template `labels`',
    ],
    [
      'an upper-case name',
      'POST',
      configMaps,
      configMap('Big'),
      422,
      'Invalid',
      'ConfigMap "Big" is invalid: metadata.name: Invalid value: "Big": a lowercase RFC 1123 subdomain',
    ],
    [
      'a feature the practice cluster lacks',
      'GET',
      `${configMaps}?watch=true`,
      undefined,
      501,
      'NotImplemented',
      'the practice cluster does not have watches',
    ],
  ];
  test.each(cases)('%s', async (_, method, path, body, code, reason, message) => {
    const reply = await practice.ask(method, path, body);
    expect(reply.code).toBe(code);
    expect(reply.body).toMatchObject({ kind: 'Status', status: 'Failure', reason, code });
    expect(reply.body['message']).toContain(message);
  });

  test('a second object of the same name', async () => {
    await practice.ask('POST', configMaps, configMap('twice'));
    const reply = await practice.ask('POST', configMaps, configMap('twice'));
    expect(reply.body).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'configmaps "twice" already exists',
      details: { name: 'twice', kind: 'configmaps' },
    });
  });

  test('a group without its CRD answers as if it were unknown', async () => {
    expect(await practice.ask('GET', '/apis/cert-manager.io/v1/clusterissuers')).toMatchObject({
      code: 404,
      text: '404 page not found\n',
    });
  });

  test('a user without the right, and a caller without a user', async () => {
    const forbidden = await practice.askAs('viewer')('GET', '/apis/acme.cert-manager.io/v1/namespaces/app/challenges');
    expect(forbidden.body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'challenges.acme.cert-manager.io is forbidden: User "viewer" cannot list resource "challenges" in API group "acme.cert-manager.io" in the namespace "app"',
    });
    const evicting = await practice.askAs('viewer')('POST', '/api/v1/namespaces/app/pods/x/eviction', {});
    expect(evicting.body['message']).toBe(
      'pods "x" is forbidden: User "viewer" cannot create resource "pods/eviction" in API group "" in the namespace "app"',
    );
    const wide = await practice.askAs('viewer')('GET', '/api/v1/nodes');
    expect(wide.body['message']).toBe(
      'nodes is forbidden: User "viewer" cannot list resource "nodes" in API group "" at the cluster scope',
    );
    expect((await practice.askAs('nobody')('GET', '/api/v1/nodes')).body).toMatchObject({
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
    });
  });
});

describe('objects', () => {
  test('a create sets what only the server sets, and leaves status to its own writes', async () => {
    const { code, body } = await practice.ask('POST', deployments, deployment('made'));
    expect(code).toBe(201);
    expect(body).toMatchObject({
      metadata: { generation: 1, creationTimestamp: '2026-11-23T05:00:00Z' },
      spec: { progressDeadlineSeconds: 600, strategy: { rollingUpdate: { maxSurge: '25%' } } },
    });
    expect(body['status']).toBeUndefined();
  });

  test('generation counts changes of the spec, not of labels or status', async () => {
    await practice.ask('POST', deployments, deployment('counted'));
    const patch = async (body: unknown, sub = '') =>
      (await practice.ask('PATCH', `${deployments}/counted${sub}`, body, 'application/merge-patch+json')).body;
    expect(await patch({ metadata: { labels: { a: 'b' } } })).toMatchObject({ metadata: { generation: 1 } });
    expect(await patch({ spec: { replicas: 3 }, status: { replicas: 7 } })).toMatchObject({
      metadata: { generation: 2 },
    });
    const status = await patch({ spec: { replicas: 9 }, status: { replicas: 3 } }, '/status');
    expect(status).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 3 }, status: { replicas: 3 } });
  });

  test('a replace with an old version is refused, one that changes nothing takes no version', async () => {
    const made = (await practice.ask('POST', configMaps, configMap('versioned', { a: '1' }))).body;
    const again = (await practice.ask('PUT', `${configMaps}/versioned`, made)).body;
    expect(again['metadata']).toEqual(made['metadata']);
    await practice.ask('PATCH', `${configMaps}/versioned`, { data: { a: '2' } }, 'application/merge-patch+json');
    expect((await practice.ask('PUT', `${configMaps}/versioned`, made)).body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "versioned": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  test('a JSON patch whose test fails changes nothing, and says as little as the real server', async () => {
    await practice.ask('POST', configMaps, configMap('tested', { a: '1' }));
    const patch = [
      { op: 'test', path: '/metadata/resourceVersion', value: '1' },
      { op: 'replace', path: '/data/a', value: '2' },
    ];
    const reply = await practice.ask('PATCH', `${configMaps}/tested`, patch, 'application/json-patch+json');
    expect(reply.body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    });
    expect((await practice.ask('GET', `${configMaps}/tested`)).body['data']).toEqual({ a: '1' });
  });

  test('a dry run of each write answers as the write would, and stores nothing', async () => {
    await practice.ask('POST', configMaps, configMap('dry', { a: '1' }));
    const before = (await practice.ask('GET', `${configMaps}/dry`)).body;
    expect((await practice.ask('POST', `${configMaps}?dryRun=All`, configMap('dry-new'))).code).toBe(201);
    expect(
      (
        await practice.ask(
          'PATCH',
          `${configMaps}/dry?dryRun=All`,
          { data: { a: '2' } },
          'application/merge-patch+json',
        )
      ).body,
    ).toMatchObject({ data: { a: '2' } });
    expect(
      (
        await practice.ask(
          'PATCH',
          `${configMaps}/dry?dryRun=All&fieldManager=t&force=true`,
          configMap('dry', { a: '3' }),
          'application/apply-patch+yaml',
        )
      ).body,
    ).toMatchObject({ data: { a: '3' } });
    expect((await practice.ask('DELETE', `${configMaps}/dry?dryRun=All`)).code).toBe(200);
    expect((await practice.ask('DELETE', `${configMaps}/dry`, { dryRun: ['All'] })).code).toBe(200);
    expect((await practice.ask('GET', `${configMaps}/dry`)).body).toEqual(before);
    expect((await practice.ask('GET', `${configMaps}/dry-new`)).code).toBe(404);
    expect(practice.server.requests().filter((asked) => asked.path.includes('/dry') && couldChange(asked))).toEqual([]);
  });

  test('a deletion with a body does not read a dry run from the query', async () => {
    await practice.ask('POST', configMaps, configMap('careless'));
    await practice.ask('DELETE', `${configMaps}/careless?dryRun=All`, { preconditions: {} });
    expect((await practice.ask('GET', `${configMaps}/careless`)).code).toBe(404);
  });

  test('a deletion holds to the uid it names', async () => {
    const made = (await practice.ask('POST', configMaps, configMap('held'))).body;
    const { uid } = made['metadata'] as { uid: string };
    expect(
      (await practice.ask('DELETE', `${configMaps}/held`, { preconditions: { uid: 'other' } })).body,
    ).toMatchObject({
      code: 409,
      message: `Operation cannot be fulfilled on ConfigMap "held": the UID in the precondition (other) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    });
    expect((await practice.ask('DELETE', `${configMaps}/held`, { preconditions: { uid } })).body).toMatchObject({
      status: 'Success',
      details: { name: 'held', kind: 'configmaps', uid },
    });
  });

  test('a finalizer holds an object until it is taken away; dependents go with their owner', async () => {
    const owner = (
      await practice.ask('POST', configMaps, {
        ...configMap('owner'),
        metadata: { name: 'owner', finalizers: ['example.org/hold'] },
      })
    ).body;
    const { uid } = owner['metadata'] as { uid: string };
    await practice.ask('POST', configMaps, {
      ...configMap('owned'),
      metadata: { name: 'owned', ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }] },
    });
    expect((await practice.ask('DELETE', `${configMaps}/owner`)).body).toMatchObject({
      metadata: { deletionTimestamp: '2026-11-23T05:00:00Z' },
    });
    expect((await practice.ask('GET', `${configMaps}/owned`)).code).toBe(200);
    await practice.ask(
      'PATCH',
      `${configMaps}/owner`,
      { metadata: { finalizers: null } },
      'application/merge-patch+json',
    );
    expect((await practice.ask('GET', `${configMaps}/owner`)).code).toBe(404);
    expect((await practice.ask('GET', `${configMaps}/owned`)).code).toBe(404);
  });
});
