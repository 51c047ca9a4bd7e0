import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Unread } from '../../../src/core/fetched.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { ManifestAnswer } from '../../../src/core/look-answers.ts';
import { tryManifests } from '../../../src/engine/deploy/try-manifests.ts';

const namespace = 'orion-staging';
const object = (kind: string, name: string, more: object = {}): KubernetesObject => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : kind === 'PodDisruptionBudget' ? 'policy/v1' : 'v1',
  kind,
  metadata: { name, namespace },
  ...more,
});
const containers = [{ name: 'auth-service', image: 'ghcr.io/example/auth-service:1.4.2' }];
const built = [
  object('Deployment', 'auth-service', { spec: { template: { spec: { containers } } } }),
  object('PodDisruptionBudget', 'auth-service-pdb', { spec: { minAvailable: 1 } }),
  object('Secret', 'auth-service-secrets', { data: { 'jwt-secret': 'cGxhbnRlZA==' } }),
];
const secrets =
  'database-url=postgres://u:planted@db.data.svc:5432/auth\nredis-url=redis://:planted@cache:6379\njwt-secret=plantedplantedplantedplantedplantedplanted\n';

async function tried(
  answers: Readonly<Record<string, ManifestAnswer | Unread>>,
  files: Readonly<Record<string, string>>,
) {
  const sent: string[] = [];
  const ports = {
    files: { read: async (path: string) => files[path] },
    shell: {
      run: async () => ({
        ok: true,
        exitCode: 0,
        stdout: built.map((one) => stringify(one)).join('---\n'),
        stderr: '',
      }),
    },
    hash: () => 'hash',
    reader: {
      look: async () => ({ ok: false, why: 'not-found', detail: '' }),
      tryManifest: async ({ kind }: KubernetesObject) => {
        sent.push(kind);
        const answer = answers[kind] ?? { refused: [] };
        return 'refused' in answer ? { ok: true, value: answer } : answer;
      },
    },
  };
  const answer = await tryManifests(
    ports as never,
    { path: '/k8s', environment: 'staging' },
    AbortSignal.timeout(10_000),
  );
  return { answer, sent };
}

const tree = {
  '/k8s/overlays/staging/kustomization.yaml': 'resources: [../../base]\n',
  '/k8s/overlays/staging/secrets.env': secrets,
};
const forbidden: Unread = { ok: false, why: 'forbidden', detail: 'may not patch', needs: 'patch deployments.apps' };

test('what a rollout is made of is tried, and a Secret never', async () => {
  const refused = [{ field: 'spec.selector', message: 'field is immutable' }];
  const { answer, sent } = await tried({ Deployment: { refused } }, tree);
  expect(sent.toSorted()).toEqual(['Deployment', 'PodDisruptionBudget']);
  expect(answer).toEqual({
    ok: true,
    value: {
      tried: expect.arrayContaining(['Deployment/auth-service', 'PodDisruptionBudget/auth-service-pdb']),
      refused: [{ object: 'Deployment/auth-service', causes: refused }],
    },
  });
});

test('who may not apply them has none to try', async () => {
  expect((await tried({ Deployment: forbidden }, tree)).answer).toMatchObject({ ok: false, why: 'not-found' });
});

test('manifests that cannot be built are none', async () => {
  expect((await tried({}, {})).answer).toMatchObject({ ok: false, why: 'not-found' });
});

test('an API server that does not answer is a look that was not possible', async () => {
  const busy: Unread = { ok: false, why: 'timed-out', detail: 'too busy' };
  expect((await tried({ PodDisruptionBudget: busy }, tree)).answer).toEqual(busy);
});
