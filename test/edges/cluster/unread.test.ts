import { describe, expect, test } from 'vitest';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { ClusterLook } from '../../../src/core/look.ts';
import { connectWith, type Got, refusal, type Says, serveApi } from './local-api.ts';

const signal = AbortSignal.timeout(120_000);
const certificates = { at: 'list', kind: kinds.Certificate, namespace: 'orion-staging' } as const;
const certificate = { at: 'get', kind: kinds.Certificate, namespace: 'orion-staging', name: 'auth-tls-cert' } as const;

/** Looks once at an API that answers so. */
async function asked(
  look: ClusterLook,
  answers: readonly Says[] | ((got: Got) => Says),
  options: { pageSize?: number } = {},
) {
  await using api = await serveApi(answers);
  const { reader } = await connectWith({ server: api.server }, options);
  return { answer: await reader.look(look, signal), got: api.got };
}

describe('what could not be read', () => {
  test('an object that is not there', async () => {
    const { answer } = await asked(certificate, [
      refusal(404, 'NotFound', 'certificates.cert-manager.io "auth-tls-cert" not found', {
        name: 'auth-tls-cert',
        kind: 'certificates',
      }),
    ]);
    expect(answer).toEqual({
      ok: false,
      why: 'not-found',
      detail: 'There is no Certificate "auth-tls-cert" in orion-staging.',
    });
  });

  test.each([
    [
      'an API group that is not there',
      { status: 404, text: '404 page not found\n', headers: { 'content-type': 'text/plain' } },
    ],
    ['a version that is not there', refusal(404, 'NotFound', 'the server could not find the requested resource', {})],
  ])('%s', async (_what, says) => {
    for (const look of [certificates, certificate]) {
      expect((await asked(look, [says])).answer).toEqual({
        ok: false,
        why: 'not-found',
        detail:
          'The cluster does not serve Certificate of cert-manager.io/v1. The CustomResourceDefinition certificates.cert-manager.io is not installed, or has no such version.',
      });
    }
  });

  test('a built-in kind that an old cluster does not have', async () => {
    const { answer } = await asked({ at: 'list', kind: kinds.HorizontalPodAutoscaler, namespace: 'x' }, [
      { status: 404, text: '404 page not found' },
    ]);
    expect(answer).toMatchObject({ detail: 'The cluster does not serve HorizontalPodAutoscaler of autoscaling/v2.' });
  });

  test.each([
    [
      { at: 'list', kind: kinds.Challenge, namespace: 'orion-staging' },
      'list challenges.acme.cert-manager.io in orion-staging',
    ],
    [{ at: 'list', kind: kinds.Challenge }, 'list challenges.acme.cert-manager.io in all namespaces'],
    [
      { at: 'get', kind: kinds.Secret, namespace: 'orion-prod', name: 'auth-tls' },
      'get secrets auth-tls in orion-prod',
    ],
    [
      { at: 'get', kind: kinds.ClusterIssuer, name: 'letsencrypt-prod' },
      'get clusterissuers.cert-manager.io letsencrypt-prod',
    ],
  ] as const)('a right that is missing: %j', async (look, needs) => {
    const { answer } = await asked(look, [refusal(403, 'Forbidden', 'x is forbidden: User "jane" cannot do it', {})]);
    expect(answer).toEqual({ ok: false, why: 'forbidden', detail: 'x is forbidden: User "jane" cannot do it', needs });
  });

  test('the right to be someone else', async () => {
    const { answer } = await asked(certificates, [
      refusal(
        403,
        'Forbidden',
        'users "joe" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
      ),
    ]);
    expect(answer).toMatchObject({ why: 'forbidden', needs: 'impersonate users' });
  });

  test.each([
    ['a web page', { text: '<!doctype html><title>Sign in</title>' }, 'unreadable', 'a web page'],
    ['a web page, not found', { status: 404, text: '<html>nginx</html>' }, 'unreadable', 'a web page'],
    [
      'a gate in front of it',
      { status: 403, text: '<html>blocked</html>' },
      'unreachable',
      'in front of the API server',
    ],
    ['no JSON', { text: 'hello' }, 'unreadable', 'something else'],
    ['JSON of something else', { json: { hello: 1 } }, 'unreadable', 'something else'],
    [
      'an object without a name',
      { json: { kind: 'CertificateList', metadata: {}, items: [{ metadata: {} }] } },
      'unreadable',
      'something else',
    ],
    [
      'not available',
      refusal(503, 'ServiceUnavailable', 'the server is currently unable to handle the request'),
      'unreachable',
      'unable to handle',
    ],
    ['a timeout of its own', refusal(504, 'Timeout', 'request did not complete'), 'timed-out', 'did not complete'],
    ['a bad selector', refusal(400, 'BadRequest', 'unable to parse requirement'), 'unreadable', 'unable to parse'],
  ] as const)('%s', async (_what, says, why, detail) => {
    for (const look of [certificates, certificate]) {
      expect((await asked(look, [says])).answer).toMatchObject({
        ok: false,
        why,
        detail: expect.stringContaining(detail),
      });
    }
  });
});
