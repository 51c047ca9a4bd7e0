import { describe, expect, test } from 'vitest';
import type { Change } from '../../../src/core/change.ts';
import { budget, configMap, edits, eviction, patch, sent } from './sent-change.ts';

const patchBody = [
  { op: 'test', path: '/metadata/uid', value: 'u1' },
  { op: 'test', path: '/metadata/resourceVersion', value: '7' },
  { op: 'replace', path: '/spec/minAvailable', value: 1 },
];

describe('what goes out', () => {
  test.each([
    [
      'apply',
      { do: 'apply', object: configMap },
      { method: 'PATCH', path: '/api/v1/namespaces/x/configmaps/orion-setup', body: configMap },
      'application/apply-patch+yaml',
      { fieldManager: 'orion-setup', force: 'false', fieldValidation: 'Strict' },
    ],
    [
      'create',
      { do: 'create', object: configMap },
      { method: 'POST', path: '/api/v1/namespaces/x/configmaps', body: configMap },
      'application/json',
      { fieldManager: 'orion-setup', fieldValidation: 'Strict' },
    ],
    [
      'patch',
      patch,
      { method: 'PATCH', path: '/apis/policy/v1/namespaces/x/poddisruptionbudgets/b', body: patchBody },
      'application/json-patch+json',
      { fieldManager: 'orion-setup-fix' },
    ],
    [
      'status',
      { do: 'status', ...budget, edits },
      { method: 'PATCH', path: '/apis/policy/v1/namespaces/x/poddisruptionbudgets/b/status', body: patchBody },
      'application/json-patch+json',
      { fieldManager: 'orion-setup-fix' },
    ],
  ] as const)('%s', async (_name, change, request, contentType, query) => {
    const { got } = await sent(change);
    expect(got).toMatchObject([{ ...request, query, headers: { 'content-type': contentType } }]);
    const dry = await sent(change, undefined, { dryRun: true });
    expect(dry.got).toMatchObject([{ ...request, query: { ...query, dryRun: 'All' } }]);
    expect(got[0]?.query).not.toHaveProperty('dryRun');
  });

  test('force, where it is asked for', async () => {
    expect((await sent({ do: 'apply', object: configMap }, undefined, { force: true })).got).toMatchObject([
      { query: { force: 'true' } },
    ]);
  });

  test('a deletion: of this uid only, and a dry one says so in its body, where alone it is read', async () => {
    const change: Change = { do: 'delete', ref: budget.ref, uid: 'u1' };
    const body = { kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: { uid: 'u1' } };
    const { got } = await sent(change);
    expect(got).toMatchObject([
      { method: 'DELETE', path: '/apis/policy/v1/namespaces/x/poddisruptionbudgets/b', body },
    ]);
    expect(got[0]?.body).not.toHaveProperty('dryRun');
    expect((await sent(change, undefined, { dryRun: true })).got).toMatchObject([
      { body: { ...body, dryRun: ['All'] } },
    ]);
  });

  test('an eviction: the same', async () => {
    const body = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'p', namespace: 'x' },
      deleteOptions: { preconditions: { uid: 'u1' } },
    };
    const { got } = await sent(eviction);
    expect(got).toMatchObject([{ method: 'POST', path: '/api/v1/namespaces/x/pods/p/eviction', body }]);
    expect(got[0]?.body).not.toHaveProperty('deleteOptions.dryRun');
    const dry = await sent(eviction, undefined, { dryRun: true });
    expect(dry.got).toMatchObject([
      { query: { dryRun: 'All' }, body: { deleteOptions: { preconditions: { uid: 'u1' }, dryRun: ['All'] } } },
    ]);
  });

  test('a cluster-scoped object loses the namespace that a template gave it', async () => {
    const object = {
      apiVersion: 'cert-manager.io/v1',
      kind: 'ClusterIssuer',
      metadata: { name: 'i', namespace: 'x', labels: { a: 'b' } },
    };
    for (const change of [
      { do: 'apply', object },
      { do: 'create', object },
    ] as const) {
      const { got } = await sent(change);
      expect(got[0]?.path).toMatch(/^\/apis\/cert-manager.io\/v1\/clusterissuers(?:\/i)?$/);
      expect(got[0]?.body).toEqual({ ...object, metadata: { name: 'i', labels: { a: 'b' } } });
    }
  });

  test('a kind that nobody knows, and an object without its namespace, are faults of this tool', async () => {
    await expect(sent({ do: 'apply', object: { ...configMap, apiVersion: 'v9' } })).rejects.toThrow(
      'unknown kind v9 ConfigMap',
    );
    await expect(sent({ do: 'apply', object: { ...configMap, metadata: { name: 'x' } } })).rejects.toThrow(
      'has no namespace',
    );
  });
});

describe('what comes back', () => {
  test('the object', async () => {
    expect((await sent({ do: 'apply', object: configMap }, [{ status: 201, json: configMap }])).answer).toEqual({
      ok: true,
      // A number stands for the values that are cut: to be compared within this run, and nothing else.
      object: { ...configMap, dataKeys: ['a'], hiddenValues: expect.any(Number) },
    });
  });

  test('of a deletion or an eviction, nothing but that it was done', async () => {
    expect(
      (await sent(eviction, [{ status: 201, json: { kind: 'Status', metadata: {}, status: 'Success' } }])).answer,
    ).toEqual({ ok: true, object: undefined });
  });

  test('the warnings of the API server', async () => {
    const headers = {
      warning: ['299 - "policy/v1beta1 is \\"old\\""', '299 - "unknown field spec.x", 299 - "a third"'],
    };
    expect((await sent(patch, [{ json: configMap, headers }])).answer).toMatchObject({
      ok: true,
      warnings: ['policy/v1beta1 is "old"', 'unknown field spec.x', 'a third'],
    });
  });
});
