import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { asked, prometheus } from './asked-inside.ts';
import { connectWith, refusal, type Says, serveApi } from './local-api.ts';

const pool = 'serviceMonitor/orion-staging/auth-service-monitor/0';
const poolLook = { at: 'scrape-pool', prometheus, pool } as const;
const pageLook = {
  at: 'metrics-page',
  namespace: 'orion-staging',
  pod: 'auth-1',
  scheme: 'http',
  port: 3001,
  path: '/metrics',
} as const;

const targets = {
  status: 'success',
  data: { activeTargets: [], droppedTargets: [], droppedTargetCounts: { [pool]: 4 } },
};

describe('a path that a monitor names leads nowhere but to its pod', () => {
  const proxy = '/api/v1/namespaces/orion-staging/pods/http:auth-1:3001/proxy';
  test.each([
    ['/metrics?format=prometheus', '/metrics'],
    ['metrics', '/metrics'],
    ['/a b', '/a%20b'],
    ['/../../../../secrets', '/secrets'],
    ['/%2e%2e/%2E%2E/secrets', '/secrets'],
    ['/..%2f..%2Fsecrets', '/secrets'],
    ['/..%5c..\\secrets', '/secrets'],
    ['//elsewhere/metrics', '//elsewhere/metrics'],
  ])('%s', async (path, below) => {
    const { got } = await asked({ ...pageLook, path }, { status: 200, json: {} });
    expect(got.map((one) => one.path)).toEqual([proxy + below]);
  });

  test('nor does the prefix that a Prometheus names', async () => {
    const { got } = await asked({ ...poolLook, prometheus: { ...prometheus, prefix: '/../../x' } }, { json: targets });
    expect(got[0]?.path).toBe(
      '/api/v1/namespaces/monitoring/services/http:prometheus-operated:web/proxy/x/api/v1/targets',
    );
  });
});

describe('who stands behind the proxy is not the API server', () => {
  test('a 401 of a pod is what its page answers; one of the API server is our login', async () => {
    const { answer } = await asked(pageLook, { status: 401, text: 'who are you?' });
    expect(answer).toMatchObject({ ok: true, value: { outcome: 'answered', status: 401 } });
    const { answer: ours } = await asked(pageLook, refusal(401, 'Unauthorized', 'Unauthorized'));
    expect(ours).toMatchObject({ ok: false, why: 'unreachable', detail: expect.stringContaining('this login') });
  });

  test("nor is its Date the API server's", async () => {
    const headers = { date: 'Wed, 01 Jan 2020 00:00:00 GMT' };
    await using api = await serveApi([{ status: 200, text: 'up 1', headers }]);
    const { reader, aheadMs } = await connectWith({ server: api.server, user: { token: 't' } });
    expect(await reader.look(pageLook, new AbortController().signal)).toMatchObject({ ok: true });
    expect(aheadMs()).toBe(0);
  });
});

describe("Prometheus' own word", () => {
  test('comes through the service proxy, with the prefix that its object names', async () => {
    const { answer, got } = await asked(poolLook, { json: targets });
    expect(answer).toEqual({ ok: true, value: { known: true, active: 0, dropped: 4, targets: [] } });
    expect(got).toMatchObject([
      {
        path: '/api/v1/namespaces/monitoring/services/http:prometheus-operated:web/proxy/prometheus/api/v1/targets',
        query: { scrapePool: pool, state: 'any' },
      },
    ]);
  });

  test('without the right to it, the right is named', async () => {
    const message =
      'services "http:prometheus-operated:web" is forbidden: User "x" cannot get resource "services/proxy" in API group "" in the namespace "monitoring"';
    const { answer } = await asked(poolLook, refusal(403, 'Forbidden', message));
    expect(answer).toMatchObject({
      ok: false,
      why: 'forbidden',
      needs: 'get services/proxy http:prometheus-operated:web in monitoring',
    });
  });

  test('no pod behind the Service is not an empty answer', async () => {
    const { answer } = await asked(
      poolLook,
      refusal(503, 'ServiceUnavailable', 'no endpoints available for service "prometheus-operated"'),
    );
    expect(answer).toMatchObject({ ok: false, why: 'unreachable' });
  });

  test.each<[string, Says]>([
    ['a login page in front of it', { text: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } }],
    ['an error of its own', { status: 400, json: { status: 'error', errorType: 'bad_data', error: 'x' } }],
    ['something of another shape', { json: { status: 'success', data: [] } }],
  ])('%s is unreadable', async (_, says) => {
    expect((await asked(poolLook, says)).answer).toMatchObject({ ok: false, why: 'unreadable' });
  });

  test('--prometheus goes to the address, and the API server is not asked', async () => {
    const paths: string[] = [];
    const own = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.setHeader('content-type', 'application/json').end(JSON.stringify(targets));
    });
    await new Promise<void>((resolve) => void own.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(own.address() as AddressInfo).port}/p/`;
      const { answer, got } = await asked(poolLook, { json: {} }, { prometheus: url });
      expect(answer).toMatchObject({ ok: true, value: { known: true } });
      expect(paths[0]).toMatch(/^\/p\/api\/v1\/targets\?/);
      expect(got).toEqual([]);
    } finally {
      own.closeAllConnections();
      own.close();
    }
  });

  test.each(['localhost:9090', 'ftp://x', 'http://me:secret@localhost:9090'])(
    '--prometheus %s is a usage error',
    async (url) => {
      await using api = await serveApi([{}]);
      const failed = await connectWith({ server: api.server }, { prometheus: url }).catch((error: Error) => error);
      expect(failed).toMatchObject({ reason: 'usage' });
      expect(String(failed)).not.toContain('me:secret');
    },
  );
});

describe('a page of a pod', () => {
  test('by the pod proxy, whatever its status', async () => {
    const says = { status: 404, text: 'not here\n', headers: { 'content-type': 'text/plain' } };
    const { answer, got } = await asked(pageLook, says);
    expect(answer).toMatchObject({
      ok: true,
      value: { outcome: 'answered', status: 404, body: 'not here\n', isExposition: false },
    });
    expect(got).toMatchObject([{ path: '/api/v1/namespaces/orion-staging/pods/http:auth-1:3001/proxy/metrics' }]);
  });

  test('that the API server did not reach is an answer about the pod', async () => {
    const says = refusal(
      503,
      'ServiceUnavailable',
      'error trying to reach service: dial tcp 10.0.0.1:3001: connect: connection refused',
    );
    expect((await asked(pageLook, says)).answer).toMatchObject({
      ok: true,
      value: { outcome: 'failed', why: 'refused' },
    });
  });

  test('one that never ends is an answer about the pod too', async () => {
    const { answer } = await asked(pageLook, refusal(504, 'Timeout', 'the server was unable to return a response'));
    expect(answer).toMatchObject({ ok: true, value: { outcome: 'failed', why: 'timed-out' } });
  });

  test('without the right to it, the right is named', async () => {
    const says = refusal(
      403,
      'Forbidden',
      'pods "http:auth-1:3001" is forbidden: User "x" cannot get resource "pods/proxy" in API group "" in the namespace "orion-staging"',
    );
    expect((await asked(pageLook, says)).answer).toMatchObject({
      ok: false,
      why: 'forbidden',
      needs: 'get pods/proxy in orion-staging',
    });
  });

  test("a 403 of the pod's own is its answer", async () => {
    const says = { status: 403, text: 'no', headers: { 'content-type': 'text/plain' } };
    expect((await asked(pageLook, says)).answer).toMatchObject({ ok: true, value: { status: 403 } });
  });
});

test('what somebody else may do is asked with all groups that a service account is in', async () => {
  const look = {
    at: 'access',
    user: 'system:serviceaccount:monitoring:prometheus-k8s',
    verb: 'list',
    group: '',
    resource: 'pods',
    namespace: 'orion-staging',
  } as const;
  const { answer, got } = await asked(look, { status: 201, json: { status: { allowed: false } } });
  expect(answer).toEqual({ ok: true, value: false });
  expect(got[0]?.body).toMatchObject({
    kind: 'SubjectAccessReview',
    spec: { user: look.user, groups: expect.arrayContaining(['system:serviceaccounts:monitoring']) },
  });
});

describe("a container's log", () => {
  const look = {
    at: 'log-lines',
    namespace: 'monitoring',
    pod: 'operator-1',
    container: 'prometheus-operator',
    phrase: 'get namespace to enqueue',
  } as const;

  test('only the lines with the phrase are kept, each with its time, and without secrets', async () => {
    const text = [
      '2026-11-27T02:00:00.5Z level=info msg="sync prometheus"',
      '2026-11-27T02:00:01.5Z get namespace to enqueue: \u001b[31mBearer abcdefghijklmnopqrst',
      'get namespace to enqueue, without a time',
      '',
    ].join('\n');
    const { answer, got } = await asked(look, { text });
    expect(answer).toEqual({
      ok: true,
      value: [{ time: '2026-11-27T02:00:01.5Z', text: 'get namespace to enqueue: Bearer «token»' }],
    });
    expect(got[0]?.path).toBe('/api/v1/namespaces/monitoring/pods/operator-1/log');
  });

  test('who may not read it is told which right is missing', async () => {
    const { answer } = await asked(look, refusal(403, 'Forbidden', 'pods "operator-1" is forbidden'));
    expect(answer).toMatchObject({ ok: false, why: 'forbidden', needs: 'get pods/log in monitoring' });
  });
});

test('all pools of one monitor come by one request, and those of others are left there', async () => {
  const prefix = 'serviceMonitor/orion-staging/auth-service-monitor/';
  const { answer, got } = await asked(
    { at: 'scrape-pools', prometheus, prefix },
    {
      json: {
        status: 'success',
        data: {
          activeTargets: [
            { scrapePool: `${prefix}0`, scrapeUrl: 'http://10.0.0.1:3001/metrics', health: 'up' },
            { scrapePool: 'serviceMonitor/orion-staging/another/0', health: 'down' },
          ],
          droppedTargetCounts: { [`${prefix}0`]: 2, [`${prefix}1`]: 3, 'serviceMonitor/orion-staging/another/0': 1 },
        },
      },
    },
  );
  expect(answer).toMatchObject({
    ok: true,
    value: {
      [`${prefix}0`]: { known: true, active: 1, dropped: 2 },
      [`${prefix}1`]: { known: true, active: 0, dropped: 3 },
    },
  });
  expect(Object.keys(answer.ok ? answer.value : {})).toHaveLength(2);
  expect(got).toHaveLength(1);
});
