import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ManagedFields } from '../../src/core/kubernetes/object.ts';
import { bareCluster } from './bare-cluster.ts';

let practice: Awaited<ReturnType<typeof bareCluster>>;
beforeAll(async () => {
  practice = await bareCluster();
});
afterAll(() => practice.server.close());

const path = (name: string) => `/apis/apps/v1/namespaces/app/deployments/${name}`;
type Container = {
  name: string;
  image: string;
  env?: { name: string; value: string }[];
  ports?: { containerPort: number }[];
};
const deployment = (name: string, containers: Container[], extra: Record<string, unknown> = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'app' },
  spec: {
    ...extra,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers } },
  },
});
const apply = (name: string, body: unknown, manager: string, force = false) =>
  practice.ask('PATCH', `${path(name)}?fieldManager=${manager}&force=${force}`, body, 'application/apply-patch+yaml');
const containersOf = (body: Record<string, unknown>): Container[] =>
  (body as { spec: { template: { spec: { containers: Container[] } } } }).spec.template.spec.containers;
const managersOf = (body: Record<string, unknown>): ManagedFields[] =>
  (body as { metadata: { managedFields: ManagedFields[] } }).metadata.managedFields;

test('a field of another manager is a conflict, said in the words of the real server, and taken over by force', async () => {
  const made = deployment('shared', [{ name: 'main', image: 'x:1' }], { replicas: 2 });
  await practice.ask('POST', '/apis/apps/v1/namespaces/app/deployments?fieldManager=kubectl-create', made);
  const one = await apply('shared', deployment('shared', [{ name: 'main', image: 'x:2' }], { replicas: 2 }), 'ours');
  expect(one.body).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message:
      'Apply failed with 1 conflict: conflict with "kubectl-create" using apps/v1: .spec.template.spec.containers[name="main"].image',
    details: {
      causes: [
        {
          reason: 'FieldManagerConflict',
          message: 'conflict with "kubectl-create" using apps/v1',
          field: '.spec.template.spec.containers[name="main"].image',
        },
      ],
    },
  });
  const two = await apply('shared', deployment('shared', [{ name: 'main', image: 'x:2' }], { replicas: 3 }), 'ours');
  expect(two.body['message']).toBe(
    'Apply failed with 2 conflicts: conflicts with "kubectl-create" using apps/v1:\n- .spec.replicas\n- .spec.template.spec.containers[name="main"].image',
  );
  const forced = await apply(
    'shared',
    deployment('shared', [{ name: 'main', image: 'x:2' }], { replicas: 3 }),
    'ours',
    true,
  );
  expect(forced.code).toBe(200);
  const others = managersOf(forced.body).find(({ manager }) => manager === 'kubectl-create');
  expect(JSON.stringify(others?.fieldsV1)).not.toContain('f:replicas');
  expect(JSON.stringify(others?.fieldsV1)).not.toContain('"f:image"');
});

test('a map that was applied empty holds what is applied into it later', async () => {
  const annotated = (annotations: Record<string, string>) => {
    const made = deployment('notes', [{ name: 'main', image: 'x:1' }]);
    const { template } = made.spec;
    return {
      ...made,
      spec: { ...made.spec, template: { ...template, metadata: { ...template.metadata, annotations } } },
    };
  };
  await apply('notes', annotated({}), 'ours');
  const { body } = await apply('notes', annotated({ changed: 'yes' }), 'ours');
  expect(body).toMatchObject({ spec: { template: { metadata: { annotations: { changed: 'yes' } } } } });
});

test('a field that is no longer applied goes, unless somebody else owns it too', async () => {
  const full: Container = {
    name: 'main',
    image: 'x:1',
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
  };
  await apply('less', deployment('less', [full], { replicas: 2, paused: true }), 'ours');
  await apply(
    'less',
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'less' }, spec: { replicas: 2 } },
    'theirs',
  );
  const after = await apply('less', deployment('less', [{ ...full, env: [{ name: 'A', value: '1' }] }]), 'ours');
  expect(after.body).toMatchObject({ spec: { replicas: 2 }, metadata: { generation: 2 } });
  expect((after.body['spec'] as Record<string, unknown>)['paused']).toBeUndefined();
  expect(containersOf(after.body)[0]?.env).toEqual([{ name: 'A', value: '1' }]);
});

test('lists with keys merge by them: containers by name, ports by number and protocol', async () => {
  await apply('lists', deployment('lists', [{ name: 'main', image: 'x:1', ports: [{ containerPort: 80 }] }]), 'ours');
  const sidecar = await apply(
    'lists',
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'lists' },
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'main', ports: [{ containerPort: 81, protocol: 'TCP' }] },
              { name: 'side', image: 'y:1' },
            ],
          },
        },
      },
    },
    'injector',
  );
  expect(containersOf(sidecar.body)).toMatchObject([
    { name: 'main', image: 'x:1', ports: [{ containerPort: 80 }, { containerPort: 81 }] },
    { name: 'side', image: 'y:1' },
  ]);
  const again = await apply(
    'lists',
    deployment('lists', [{ name: 'main', image: 'x:2', ports: [{ containerPort: 80 }] }]),
    'ours',
  );
  expect(containersOf(again.body).map(({ name }) => name)).toEqual(['main', 'side']);
});

test('applying the same again takes no version and no time', async () => {
  const body = deployment('same', [{ name: 'main', image: 'x:1' }]);
  const first = await apply('same', body, 'ours');
  expect(first.code).toBe(201);
  const second = await apply('same', body, 'ours');
  expect(second.code).toBe(200);
  expect(second.body).toEqual(first.body);
});

test("what an ordinary patch changes is the patcher's, in the form of fieldsV1", async () => {
  await apply('patched', deployment('patched', [{ name: 'main', image: 'x:1' }], { replicas: 2 }), 'ours');
  const patch = [
    { op: 'replace', path: '/spec/replicas', value: 3 },
    { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'x:2' },
  ];
  const { body } = await practice.ask(
    'PATCH',
    `${path('patched')}?fieldManager=fix`,
    patch,
    'application/json-patch+json',
  );
  expect(managersOf(body).find(({ manager }) => manager === 'fix')).toEqual({
    manager: 'fix',
    operation: 'Update',
    apiVersion: 'apps/v1',
    time: '2026-11-23T05:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:spec': {
        'f:replicas': {},
        'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"main"}': { 'f:image': {} } } } },
      },
    },
  });
  const owned = JSON.stringify(managersOf(body).find(({ manager }) => manager === 'ours')?.fieldsV1);
  expect(owned).not.toContain('f:replicas');
  expect(
    (await apply('patched', deployment('patched', [{ name: 'main', image: 'x:1' }], { replicas: 2 }), 'ours')).code,
  ).toBe(409);
});

test('apply wants a manager', async () => {
  const reply = await practice.ask('PATCH', path('nobody'), deployment('nobody', []), 'application/apply-patch+yaml');
  expect(reply.body).toMatchObject({
    code: 422,
    message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  });
});
