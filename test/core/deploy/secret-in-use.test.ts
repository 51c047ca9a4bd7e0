import { describe, expect, test } from 'vitest';
import { secretInUse } from '../../../src/core/deploy/secret-in-use.ts';
import type { Fetched } from '../../../src/core/fetched.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** A changed secret is in use once every pod is of the newest ReplicaSet and refers to it; not before, and never by blindness. */
const template = (secret: string) => ({
  containers: [{ name: 'a', env: [{ name: 'X', valueFrom: { secretKeyRef: { name: secret, key: 'k' } } }] }],
});
const owned = (uid: string) => [
  { apiVersion: 'apps/v1', kind: uid[0] === 'd' ? 'Deployment' : 'ReplicaSet', name: uid, uid },
];
const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'auth-service', uid: 'd', annotations: { 'deployment.kubernetes.io/revision': '2' } },
};
const set = (revision: string, secret: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `set-${revision}`,
    uid: `r${revision}`,
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: owned('d'),
  },
  spec: { template: { spec: template(secret) } },
});
const pod = (name: string, revision: string, secret: string, more: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ownerReferences: owned(`r${revision}`), ...more },
  spec: template(secret),
});
const seen = <T>(value: T): Fetched<T> => ({ ok: true, value });
const judged = (pods: readonly KubernetesObject[], sets = [set('1', 's-old'), set('2', 's-new')]) =>
  secretInUse({ secret: 's-new', deployment: seen(deployment), replicaSets: seen(sets), pods: seen(pods) });

describe('the Secret in use', () => {
  test('all pods are new and refer to it', () => {
    const gone = pod('old', '1', 's-old', { deletionTimestamp: '2026-11-23T05:00:00Z' });
    expect(judged([pod('p', '2', 's-new'), pod('q', '2', 's-new'), gone])).toMatchObject({
      state: 'passed',
      detail: '2 of 2 pods, all of ReplicaSet set-2, refer to s-new',
    });
  });

  test.each<[string, ReturnType<typeof judged>, string]>([
    ['an old pod still runs', judged([pod('p', '2', 's-new'), pod('old', '1', 's-old')]), 'old'],
    ['there is no pod', judged([]), 'no pods'],
    ['the newest ReplicaSet refers to another', judged([pod('p', '2', 's-old')], [set('2', 's-old')]), 'set-2'],
    ['a pod refers to another', judged([pod('p', '2', 's-old')]), 'p do not refer'],
  ])('%s: failed', (_, { state, detail }, names) => {
    expect([state, detail]).toEqual(['failed', expect.stringContaining(names)]);
  });

  test('what may not be listed is not looked at', () => {
    const denied = { ok: false, why: 'forbidden', detail: 'pods is forbidden' } as const;
    const check = secretInUse({ secret: 's', deployment: seen(deployment), replicaSets: seen([]), pods: denied });
    expect(check).toMatchObject({ state: 'not-looked', detail: 'pods is forbidden' });
  });
});
