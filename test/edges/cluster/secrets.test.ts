import { describe, expect, test } from 'vitest';
import { type Kind, kinds, ref } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { connectWith, refusal, type Says, serveApi } from './local-api.ts';

/**
 * Every place where a secret was seen to stand in a cluster holds a planted one here. Whatever is asked, and however it ends, none
 * of them may come out of the edge: not in a value, not in a refusal, not in a thrown error.
 */
const signal = AbortSignal.timeout(120_000);
const key = `${'t'.repeat(43)}.${'k'.repeat(43)}`;
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.c2lnbmF0dXJlLXBsYW50ZWQ';
const metadata = {
  name: 'n',
  namespace: 'x',
  uid: 'u',
  annotations: {
    'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"planted"}}',
    'kapp.k14s.io/original': '{"data":{"password":"planted"}}',
    note: `see https://cdn.example.org/x?jwt=${jwt}&a=1`,
  },
};
const container = {
  name: 'main',
  image: 'i',
  command: ['sh', '-c', 'login planted'],
  args: [`--key=${key}`],
  env: [
    { name: 'PASSWORD', value: 'planted' },
    { name: 'REF', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
  ],
  livenessProbe: { exec: { command: ['redis-cli', '-a', 'planted'] } },
  readinessProbe: { httpGet: { path: '/', httpHeaders: [{ name: 'X-Key', value: 'planted' }] } },
};
const pod = { spec: { containers: [container], initContainers: [container] } };
const solver = { dns01: { webhook: { config: { apiKey: 'planted' }, groupName: 'g' } } };

const planted: readonly (readonly [Kind, object])[] = [
  [
    kinds.Secret,
    {
      type: 'Opaque',
      data: {
        password: btoa('planted'),
        'tls.key': btoa('planted'),
        'tls.crt': btoa('-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----'),
      },
      stringData: { p: 'planted' },
    },
  ],
  [kinds.ConfigMap, { data: { DATABASE_URL: 'postgres://u:planted@db/x' }, binaryData: { b: btoa('planted') } }],
  [
    kinds.Pod,
    {
      ...pod,
      status: {
        containerStatuses: [
          {
            state: {
              terminated: { message: `postgres://u:planted@db refused, Authorization: Bearer planted-planted-planted` },
            },
          },
        ],
      },
    },
  ],
  ...[kinds.Deployment, kinds.ReplicaSet, kinds.StatefulSet, kinds.DaemonSet].map(
    (kind) => [kind, { spec: { template: pod } }] as const,
  ),
  [kinds.Prometheus, { spec: { containers: [container], remoteWrite: [{ url: 'https://u:planted@remote/' }] } }],
  [
    kinds.Challenge,
    { spec: { key, token: 't'.repeat(43), solver }, status: { reason: `expected "${key}" but got: "${key}"` } },
  ],
  [kinds.Issuer, { spec: { acme: { solvers: [solver] } } }],
  [kinds.Event, { message: `presented key ${key} and ${jwt}`, note: '\x1b]0;planted\x07' }],
];
const secrets = ['planted', btoa('planted'), key, 'k'.repeat(43), jwt, 'c2lnbmF0dXJl', '\x1b'];

/** What a program could print of an answer or an error, whole. */
const everything = (value: unknown): string =>
  value instanceof Error
    ? `${value.stack} ${JSON.stringify({ ...value })} ${everything(value.cause)}`
    : (JSON.stringify(value) ?? '');

const expectNone = (value: unknown): void => {
  const text = everything(value);
  for (const secret of secrets) expect(text).not.toContain(secret);
};

const objectOf = (kind: Kind, rest: object): KubernetesObject => ({
  apiVersion: kind.apiVersion,
  kind: kind.kind,
  metadata,
  ...rest,
});

async function answered(says: Says) {
  const api = await serveApi([says]);
  return { ...(await connectWith({ server: api.server })), [Symbol.asyncDispose]: api[Symbol.asyncDispose] };
}

describe.each(planted.map(([kind, rest]) => [kind.kind, kind, rest] as const))('%s', (_name, kind, rest) => {
  const object = objectOf(kind, rest);

  test('got and listed', async () => {
    await using one = await answered({ json: object });
    const got = await one.reader.look({ at: 'get', kind, namespace: 'x', name: 'n' }, signal);
    expect(got).toMatchObject({ ok: true, value: { metadata: { uid: 'u' } } });
    expectNone(got);
    await using many = await answered({ json: { kind: `${kind.kind}List`, metadata: {}, items: [object] } });
    const listed = await many.reader.look({ at: 'list', kind, namespace: 'x' }, signal);
    expect(listed).toMatchObject({ ok: true, value: [{ metadata: { uid: 'u' } }] });
    expectNone(listed);
  });

  test('as it comes back from a change', async () => {
    await using api = await answered({ json: object, headers: { warning: `299 - "${jwt}"` } });
    const sent = await api.writer.send({ do: 'apply', object }, { dryRun: true }, signal);
    expect(sent).toMatchObject({ ok: true, object: { metadata: { uid: 'u' } }, warnings: ['«token»'] });
    expectNone(sent);
  });
});

test('what is not secret stays', async () => {
  await using api = await answered({ json: objectOf(kinds.Deployment, { spec: { template: pod } }) });
  const got = await api.reader.look({ at: 'get', kind: kinds.Deployment, namespace: 'x', name: 'n' }, signal);
  expect(got).toMatchObject({
    value: {
      metadata: { annotations: { note: 'see https://cdn.example.org/x?jwt=«token»&a=1' } },
      spec: {
        template: {
          spec: {
            containers: [
              { image: 'i', env: [{ name: 'PASSWORD' }, { name: 'REF', valueFrom: { secretKeyRef: { name: 's' } } }] },
            ],
          },
        },
      },
    },
  });
});

describe('in what a server says when it refuses', () => {
  const message = `admission webhook "x" denied the request: ${jwt} and ${key} and postgres://u:planted@db \x1b[31m`;
  const change = { do: 'delete', ref: ref(kinds.Pod, 'n', 'x'), uid: 'u' } as const;

  test.each([400, 401, 403, 404, 409, 410, 422, 429, 500, 503, 504])('%i', async (status) => {
    const says = refusal(status, 'Whatever', message, {
      name: jwt,
      causes: [{ reason: 'FieldManagerConflict', message: `conflict with "${jwt}"`, field: jwt }],
    });
    for (const answer of [says, { status, text: message }, { status, text: `<html>${message}` }] satisfies Says[]) {
      await using api = await serveApi([answer]);
      const { reader, writer } = await connectWith({ server: api.server }, { sleep: async () => undefined });
      expectNone(await reader.look({ at: 'get', kind: kinds.Pod, namespace: 'x', name: 'n' }, signal));
      expectNone(await reader.look({ at: 'list', kind: kinds.Pod, namespace: 'x' }, signal));
      expectNone(await reader.may({ verb: 'get', group: '', resource: 'pods' }, signal));
      expectNone(await reader.identity(signal).catch((error: unknown) => error));
      expectNone(await writer.send(change, { dryRun: false }, signal));
    }
  });
});
