import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { ClusterLook } from '../../../src/core/look.ts';
import { makeAuthority } from '../probes/certificate-authority.ts';
import { connectWith, type Got, refusal, type Says, serveApi, theAuthority } from './local-api.ts';

const signal = AbortSignal.timeout(120_000);
const certificates = { at: 'list', kind: kinds.Certificate, namespace: 'orion-staging' } as const;

const page = (names: readonly string[], next = ''): Says => ({
  json: {
    kind: 'CertificateList',
    apiVersion: 'cert-manager.io/v1',
    metadata: { resourceVersion: '7', continue: next },
    items: names.map((name) => ({ metadata: { name }, spec: { unknownField: 1 } })),
  },
});

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

describe('lists', () => {
  test('one page: the items get the kind that the list has, and lose nothing', async () => {
    const { answer, got } = await asked(certificates, [page(['a', 'b'])]);
    expect(answer).toEqual({
      ok: true,
      value: ['a', 'b'].map((name) => ({
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        metadata: { name },
        spec: { unknownField: 1 },
      })),
    });
    expect(got).toMatchObject([
      {
        method: 'GET',
        path: '/apis/cert-manager.io/v1/namespaces/orion-staging/certificates',
        query: { limit: '500' },
      },
    ]);
  });

  test('by label, over all namespaces', async () => {
    const { got } = await asked({ at: 'list', kind: kinds.Pod, labels: 'app=auth-service,tier in (a,b)' }, [page([])]);
    expect(got).toMatchObject([{ path: '/api/v1/pods', query: { labelSelector: 'app=auth-service,tier in (a,b)' } }]);
  });

  test('of a cluster-scoped kind, whatever namespace is named', async () => {
    const { got } = await asked({ at: 'list', kind: kinds.ClusterIssuer, namespace: 'orion-staging' }, [page([])]);
    expect(got).toMatchObject([{ path: '/apis/cert-manager.io/v1/clusterissuers' }]);
  });

  test('several pages, in their order', async () => {
    const { answer, got } = await asked(
      certificates,
      [page(['a', 'b'], 'to=ken+1'), page(['c', 'd'], 'token-2'), page(['e'])],
      { pageSize: 2 },
    );
    expect(
      answer.ok && (answer.value as readonly { metadata: { name: string } }[]).map(({ metadata }) => metadata.name),
    ).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(got.map(({ query }) => query)).toEqual([
      { limit: '2' },
      { limit: '2', continue: 'to=ken+1' },
      { limit: '2', continue: 'token-2' },
    ]);
  });

  const expired = refusal(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result.',
  );

  test('a page that came too late begins the list anew, once', async () => {
    const { answer } = await asked(certificates, [page(['a', 'b'], 'next'), expired, page(['x'], 'next'), page(['y'])]);
    expect(answer).toMatchObject({ ok: true, value: [{ metadata: { name: 'x' } }, { metadata: { name: 'y' } }] });
    const again = await asked(certificates, [page(['a'], 'next'), expired, page(['a'], 'next'), expired]);
    expect(again.answer).toMatchObject({ ok: false, why: 'unreadable', detail: expect.stringContaining('too old') });
    expect(again.got).toHaveLength(4);
  });

  test('a page that fails fails the list: half a list would read as a whole one', async () => {
    const { answer } = await asked(certificates, [page(['a'], 'next'), refusal(403, 'Forbidden', 'no')]);
    expect(answer).toMatchObject({ ok: false, why: 'forbidden' });
  });
});

describe('rights', () => {
  const right = { verb: 'create', group: '', resource: 'pods/eviction', namespace: 'orion-staging', name: 'p' };
  const may = async (says: Says) => {
    await using api = await serveApi([says]);
    const { reader } = await connectWith({ server: api.server });
    return { answer: await reader.may(right, signal), got: api.got[0] };
  };

  test('are asked of the API server', async () => {
    const { answer, got } = await may({ status: 201, json: { status: { allowed: true } } });
    expect(answer).toEqual({ ok: true, value: true });
    expect(got).toMatchObject({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        kind: 'SelfSubjectAccessReview',
        spec: {
          resourceAttributes: {
            verb: 'create',
            group: '',
            resource: 'pods',
            subresource: 'eviction',
            namespace: 'orion-staging',
            name: 'p',
          },
        },
      },
    });
    expect((await may({ status: 201, json: { status: { allowed: false } } })).answer).toEqual({
      ok: true,
      value: false,
    });
  });

  test.each([
    [{ status: 401 }, 'unreachable'],
    [refusal(403, 'Forbidden', 'no'), 'forbidden'],
    [{ status: 201, json: {} }, 'unreadable'],
    [refusal(500, 'InternalError', 'no'), 'unreadable'],
  ] as const)('%j is no answer', async (says, why) => {
    expect((await may(says)).answer).toMatchObject({ ok: false, why });
  });
});

describe('identity', () => {
  const kubeSystem = { json: { kind: 'Namespace', metadata: { name: 'kube-system', uid: 'uid-1' } } };
  const sha256 = (pems: readonly string[]) => {
    const ders = pems.map((pem) => new X509Certificate(pem).raw).toSorted(Buffer.compare);
    return createHash('sha256').update(Buffer.concat(ders)).digest('hex');
  };

  test('server, authority, uid of kube-system, context and namespace', async () => {
    await using api = await serveApi([kubeSystem]);
    const { reader } = await connectWith({ server: api.server, namespace: 'orion-staging' });
    expect(await reader.identity(signal)).toEqual({
      context: 'here',
      server: api.server,
      caFingerprint: sha256([(await theAuthority()).cert]),
      uid: 'uid-1',
      namespace: 'orion-staging',
    });
    expect(api.got).toMatchObject([{ path: '/api/v1/namespaces/kube-system' }]);
  });

  test('two authorities have one fingerprint, in whatever order', async () => {
    await using api = await serveApi([kubeSystem]);
    const [one, other] = [(await theAuthority()).cert, (await makeAuthority('Next')).cert];
    const of = async (ca: string) =>
      (await (await connectWith({ server: api.server, ca })).reader.identity(signal)).caFingerprint;
    expect(await of(one + other)).toBe(sha256([one, other]));
    expect(await of(other + one)).toBe(sha256([one, other]));
  });

  test('what may not be read is null', async () => {
    await using api = await serveApi([refusal(403, 'Forbidden', 'no')]);
    const { reader } = await connectWith({ server: api.server, cluster: { 'insecure-skip-tls-verify': true } });
    expect(await reader.identity(signal)).toMatchObject({ uid: null, caFingerprint: null, namespace: 'default' });
  });
});
