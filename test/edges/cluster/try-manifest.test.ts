import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { connectWith, type Got, refusal, type Says, serveApi } from './local-api.ts';

const manifest: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'auth-service', namespace: 'orion-staging' },
  spec: { replicas: 3 },
};

async function tried(says: Says, live: KubernetesObject | undefined = manifest) {
  await using api = await serveApi([says]);
  const { reader } = await connectWith({ server: api.server });
  const answer = await reader.tryManifest(manifest, live, AbortSignal.timeout(20_000));
  return { answer, got: api.got as readonly Got[] };
}

const path = '/apis/apps/v1/namespaces/orion-staging/deployments';
const query = { dryRun: 'All', fieldValidation: 'Strict' };
const refused = (...fields: readonly { field: string; message: string }[]) => ({
  ok: true,
  value: { refused: fields },
});

test('a manifest is only tried: a dry run in the place of what is there', async () => {
  const { answer, got } = await tried({ status: 200, json: manifest });
  expect(answer).toEqual(refused());
  const body = [{ op: 'replace', path: '/spec', value: manifest['spec'] }];
  expect(got).toMatchObject([{ method: 'PATCH', path: `${path}/auth-service`, query, body }]);
});

test('where there is nothing yet, one that is made', async () => {
  await using api = await serveApi([{ status: 201, json: manifest }]);
  const { reader } = await connectWith({ server: api.server });
  await reader.tryManifest(manifest, undefined, AbortSignal.timeout(20_000));
  expect(api.got).toMatchObject([{ method: 'POST', path, query, body: manifest }]);
});

test('a field that is not taken is the fact that was asked for', async () => {
  const cause = { field: 'spec.selector', message: 'Invalid value: {"matchLabels":{"app":"x"}}: field is immutable' };
  const causes = [{ reason: 'FieldValueInvalid', ...cause }];
  expect((await tried(refusal(422, 'Invalid', 'is invalid', { causes }))).answer).toEqual(refused(cause));
});

test('a field that nobody knows is named, without the object that it was in', async () => {
  const message = `patch: Invalid value: "map[spec:map[env:planted-value]]": strict decoding error: unknown field "spec.maxUnavailable"`;
  const causes = [{ reason: 'FieldValueInvalid', field: 'patch', message }];
  const { answer } = await tried(refusal(422, 'Invalid', message, { causes }));
  expect(answer).toEqual(refused({ field: 'spec.maxUnavailable', message: 'unknown field' }));
});

test('what stands in a variable is nobody’s business, and a whole object is not quoted', async () => {
  const field = 'spec.template.spec.containers[0].env[0].valueFrom';
  const long = { field: 'spec', message: `Invalid value: {"a":"${'x'.repeat(400)}"}: cannot be both set` };
  const causes = [{ field, message: 'Invalid value: "planted-value": may not be specified' }, long];
  const { answer } = await tried(refusal(422, 'Invalid', 'is invalid', { causes }));
  expect(answer).toEqual(
    refused(
      { field, message: 'Invalid value: …: may not be specified' },
      { field: 'spec', message: 'Invalid value: …: cannot be both set' },
    ),
  );
});

test.each([
  ['a policy', refusal(422, 'Invalid', 'denied request: frozen', { causes: [{ message: 'frozen' }] })],
  ['another change in between', refusal(409, 'Conflict', 'the object has been modified')],
])('a refusal for another reason says nothing of the manifest: %s', async (_, says) => {
  expect((await tried(says)).answer).toEqual(refused());
});

test('a right that is missing is a look that was not possible', async () => {
  const words =
    'deployments.apps "auth-service" is forbidden: User "viewer" cannot patch resource "deployments" in API group "apps" in the namespace "orion-staging"';
  expect((await tried(refusal(403, 'Forbidden', words))).answer).toMatchObject({
    ok: false,
    why: 'forbidden',
    needs: 'patch deployments.apps in orion-staging',
  });
});

test('what cert-manager’s own webhook denies names its fields in the text; what another denies says nothing of them', async () => {
  const both =
    '[spec: Invalid value: "": at least one name, spec.privateKey.size: Invalid value: 1024: must be between 2048 and 8192]';
  const denied = (webhook: string) =>
    refusal(403, 'Forbidden', `admission webhook "${webhook}" denied the request: ${both}`);
  expect((await tried(denied('webhook.cert-manager.io'))).answer).toEqual(
    refused(
      { field: 'spec', message: 'Invalid value: "": at least one name' },
      { field: 'spec.privateKey.size', message: 'Invalid value: 1024: must be between 2048 and 8192' },
    ),
  );
  expect((await tried(denied('policy.example'))).answer).toEqual(refused());
});
