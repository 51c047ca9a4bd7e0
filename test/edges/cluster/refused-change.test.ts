import { describe, expect, test } from 'vitest';
import type { Change } from '../../../src/core/change.ts';
import { refusal, type Says } from './local-api.ts';
import { budget, configMap, eviction, patch, sent } from './sent-change.ts';

describe('refusals', () => {
  const apply: Change = { do: 'apply', object: configMap };

  test('fields of other managers', async () => {
    const causes = [
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "kubectl-client-side-apply" using apps/v1',
        field: '.spec.replicas',
      },
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "kubectl edit" with subresource "scale" using apps/v1 at 2026-11-23T05:00:00Z',
        field: '.spec.template.spec.containers[name="a"].image',
      },
    ];
    const message = 'Apply failed with 2 conflicts: …';
    expect((await sent(apply, [refusal(409, 'Conflict', message, { causes })])).answer).toEqual({
      ok: false,
      why: 'conflict',
      detail: message,
      conflicts: [
        { manager: 'kubectl-client-side-apply', field: '.spec.replicas' },
        { manager: 'kubectl edit', field: '.spec.template.spec.containers[name="a"].image' },
      ],
    });
  });

  const rbac =
    'deployments.apps "auth-service" is forbidden: User "jane" cannot patch resource "deployments" in API group "apps" in the namespace "orion-prod"';
  const budgetCause = {
    causes: [
      { reason: 'DisruptionBudget', message: 'The disruption budget b needs 3 healthy pods and has 3 currently' },
    ],
  };

  test.each([
    [
      'modified since',
      patch,
      refusal(
        409,
        'Conflict',
        'Operation cannot be fulfilled on x: the object has been modified; please apply your changes to the latest version and try again',
      ),
      { why: 'changed-since' },
    ],
    [
      'another uid',
      { do: 'delete', ref: budget.ref, uid: 'u1' },
      refusal(
        409,
        'Conflict',
        'Operation cannot be fulfilled on x: Precondition failed: UID in precondition: u1, UID in object meta: u2',
      ),
      { why: 'changed-since' },
    ],
    [
      'there already',
      { do: 'create', object: configMap },
      refusal(409, 'AlreadyExists', 'configmaps "x" already exists'),
      { why: 'already-exists' },
    ],
    ['not there', patch, refusal(404, 'NotFound', 'not found'), { why: 'not-found' }],
    [
      'no right',
      patch,
      refusal(403, 'Forbidden', rbac),
      { why: 'forbidden', needs: 'patch deployments.apps in orion-prod' },
    ],
    [
      'no right to a subresource',
      eviction,
      refusal(
        403,
        'Forbidden',
        'pods "p" is forbidden: User "jane" cannot create resource "pods/eviction" in API group "" in the namespace "x"',
      ),
      { why: 'forbidden', needs: 'create pods/eviction in x' },
    ],
    [
      'no right in the cluster',
      apply,
      refusal(
        403,
        'Forbidden',
        'clusterissuers.cert-manager.io "i" is forbidden: User "jane" cannot patch resource "clusterissuers" in API group "cert-manager.io" at the cluster scope',
      ),
      { why: 'forbidden', needs: 'patch clusterissuers.cert-manager.io' },
    ],
    [
      'something in front of it',
      eviction,
      { status: 403, text: '<html>' },
      { why: 'forbidden', needs: 'create pods/eviction in x' },
    ],
    [
      'a quota',
      apply,
      refusal(
        403,
        'Forbidden',
        'pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=5, limited: pods=5',
      ),
      { why: 'denied' },
    ],
    [
      'a webhook with 403',
      apply,
      refusal(403, 'Forbidden', 'admission webhook "validate.kyverno.svc" denied the request: no'),
      { why: 'denied' },
    ],
    [
      'a webhook with 400',
      apply,
      refusal(400, 'BadRequest', 'admission webhook "webhook.cert-manager.io" denied the request: spec.dnsNames'),
      { why: 'denied' },
    ],
    [
      'a policy',
      apply,
      refusal(422, 'Invalid', "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no"),
      { why: 'denied' },
    ],
    [
      'a broken webhook',
      apply,
      refusal(500, 'InternalError', 'Internal error occurred: failed calling webhook "x": connect: connection refused'),
      { why: 'denied', detail: expect.stringContaining('failed calling webhook') },
    ],
    [
      'a schema',
      apply,
      refusal(422, 'Invalid', 'ConfigMap "x" is invalid: data: Invalid value', {
        causes: [{ reason: 'FieldValueInvalid', message: 'm', field: 'data' }],
      }),
      { why: 'invalid' },
    ],
    [
      'an unknown field',
      { do: 'create', object: configMap },
      refusal(400, 'BadRequest', 'strict decoding error: unknown field "spec.x"'),
      { why: 'invalid' },
    ],
    [
      'an unknown field, applied',
      apply,
      refusal(
        500,
        '',
        'failed to create typed patch object (x/y; apps/v1, Kind=Deployment): .spec.x: field not declared in schema',
      ),
      { why: 'invalid' },
    ],
    [
      'a budget',
      eviction,
      refusal(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", budgetCause),
      { why: 'disruption-budget', detail: expect.stringContaining('needs 3 healthy pods and has 3 currently') },
    ],
    [
      'an eviction that is one too many',
      eviction,
      refusal(429, 'TooManyRequests', 'slow down'),
      { why: 'too-many-requests' },
    ],
    [
      'two budgets',
      eviction,
      refusal(
        500,
        '',
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      ),
      { why: 'denied', detail: expect.stringContaining('more than one PodDisruptionBudget') },
    ],
    ['a login that ran out', apply, { status: 401 }, { why: 'unreachable', detail: expect.stringContaining('401') }],
    ['not available', apply, refusal(503, 'ServiceUnavailable', 'later'), { why: 'unreachable' }],
    ['not in time', apply, refusal(504, 'Timeout', 'later'), { why: 'timed-out' }],
  ] as const satisfies readonly (readonly [string, Change, Says, object])[])(
    '%s',
    async (_what, change, says, wanted) => {
      const { answer, got } = await sent(change, [says]);
      expect(answer).toMatchObject({ ok: false, ...wanted });
      expect(got).toHaveLength(1);
    },
  );

  describe('a patch that did not fit: the API server does not say why, the object does', () => {
    const noFit = refusal(422, 'Invalid', 'the server rejected our request due to an error in our request');
    const now = (uid: string, resourceVersion: string): Says => ({
      json: { kind: 'PodDisruptionBudget', metadata: { name: 'b', uid, resourceVersion } },
    });

    test.each([
      ['another version', now('u1', '8'), 'changed-since'],
      ['another object', now('u2', '7'), 'changed-since'],
      ['no object any more', refusal(404, 'NotFound', 'gone'), 'changed-since'],
      ['the same: then the path is wrong', now('u1', '7'), 'invalid'],
    ])('%s', async (_what, says, why) => {
      const { answer, got } = await sent(patch, [noFit, says]);
      expect(answer).toMatchObject({ ok: false, why });
      expect(got[1]).toMatchObject({ method: 'GET', path: '/apis/policy/v1/namespaces/x/poddisruptionbudgets/b' });
    });

    test('an invalid value has its causes, and nobody asks further', async () => {
      const { answer, got } = await sent(patch, [
        refusal(422, 'Invalid', 'is invalid', {
          causes: [{ reason: 'FieldValueInvalid', message: 'm', field: 'spec' }],
        }),
      ]);
      expect(answer).toMatchObject({ why: 'invalid' });
      expect(got).toHaveLength(1);
    });
  });
});
