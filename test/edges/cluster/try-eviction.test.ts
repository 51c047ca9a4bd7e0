import { expect, test } from 'vitest';
import type { EvictionAnswer } from '../../../src/core/look-answers.ts';
import { connectWith, type Got, refusal, type Says, serveApi } from './local-api.ts';

const look = { at: 'evict', namespace: 'orion-staging', name: 'auth-1', uid: 'uid-1' } as const;

async function tried(says: Says): Promise<{ readonly answer: unknown; readonly got: readonly Got[] }> {
  await using api = await serveApi([says]);
  const { reader } = await connectWith({ server: api.server });
  return { answer: await reader.look(look, AbortSignal.timeout(20_000)), got: api.got };
}

const answered = (value: EvictionAnswer) => ({ ok: true, value });

test('an eviction is only tried: a dry run in the query and in the body, of this very pod', async () => {
  const { answer, got } = await tried({ status: 201, json: { kind: 'Status', status: 'Success', code: 201 } });
  expect(answer).toEqual(answered({ code: 201, message: '', causes: [] }));
  expect(got).toMatchObject([
    {
      method: 'POST',
      path: '/api/v1/namespaces/orion-staging/pods/auth-1/eviction',
      query: { dryRun: 'All' },
      body: { kind: 'Eviction', deleteOptions: { dryRun: ['All'], preconditions: { uid: 'uid-1' } } },
    },
  ]);
});

const tooMuch = "Cannot evict pod as it would violate the pod's disruption budget.";
const policy = `pods "auth-1" is forbidden: ValidatingAdmissionPolicy 'no-evict' with binding 'no-evict' denied request: frozen`;

test.each<readonly [string, Says, EvictionAnswer]>([
  [
    'a budget',
    refusal(429, 'TooManyRequests', tooMuch, {
      causes: [{ reason: 'DisruptionBudget', message: 'needs 1 and has 1' }],
    }),
    { code: 429, message: tooMuch, causes: [{ reason: 'DisruptionBudget', message: 'needs 1 and has 1' }] },
  ],
  ['two budgets', refusal(500, '', 'more than one'), { code: 500, message: 'more than one', causes: [] }],
  ['a policy', refusal(422, 'Invalid', policy), { code: 422, message: policy, causes: [] }],
  [
    'a budget that went wrong',
    refusal(403, 'Forbidden', 'pdb disruptions allowed is negative'),
    { code: 403, message: 'pdb disruptions allowed is negative', causes: [] },
  ],
])('a refusal is the fact that was asked for: %s', async (_, says, wanted) => {
  const { answer, got } = await tried(says);
  expect(answer).toEqual(answered(wanted));
  // A refusal by a budget is no request to wait.
  expect(got).toHaveLength(1);
});

test.each([
  [
    'a right that is missing',
    refusal(
      403,
      'Forbidden',
      'pods "auth-1" is forbidden: User "viewer" cannot create resource "pods/eviction" in API group "" in the namespace "orion-staging"',
    ),
    { why: 'forbidden', needs: 'create pods/eviction in orion-staging' },
  ],
  ['a pod that is gone', refusal(404, 'NotFound', 'pods "auth-1" not found', { name: 'auth-1' }), { why: 'not-found' }],
  ['another pod of that name', refusal(409, 'Conflict', 'the UID in the precondition'), { why: 'not-found' }],
  ['a server that is away', refusal(503, 'ServiceUnavailable', 'away'), { why: 'unreachable' }],
  ['a server that is busy', refusal(429, 'TooManyRequests', 'too many requests'), { why: 'timed-out' }],
  ['a proxy', { status: 403, text: '<html>no</html>' }, { why: 'forbidden' }],
])('nothing was seen: %s', async (_, says, wanted) => {
  expect((await tried(says as Says)).answer).toMatchObject({ ok: false, ...wanted });
});
