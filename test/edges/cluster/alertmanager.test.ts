import { describe, expect, test } from 'vitest';
import { asked, prometheus } from './asked-inside.ts';
import { refusal } from './local-api.ts';

describe("An Alertmanager's own word", () => {
  const alertmanager = { namespace: 'monitoring', service: 'am', port: 'web', scheme: 'http', prefix: '/am' } as const;
  const look = { at: 'alert-routes', alertmanager } as const;
  const original = `route: {receiver: "null", routes: [{receiver: team, matchers: ['a="b"']}]}
receivers: [{name: "null"}, {name: team, slack_configs: [{api_url: https://hooks.example/s3cret}]}]
`;

  test('its routes, its inhibitions and nothing else, through the service proxy', async () => {
    const { answer, got } = await asked(look, { json: { config: { original }, cluster: { name: 'x' } } });
    expect(answer).toEqual({
      ok: true,
      value: {
        receivers: [
          { name: 'null', ways: 0 },
          { name: 'team', ways: 1 },
        ],
        route: expect.objectContaining({ receiver: 'null' }),
        inhibitions: [],
      },
    });
    expect(JSON.stringify(answer)).not.toMatch(/s3cret|hooks/);
    expect(got.map(({ path }) => path)).toEqual([
      '/api/v1/namespaces/monitoring/services/http:am:web/proxy/am/api/v2/status',
    ]);
  });

  test('what cannot be read is not quoted', async () => {
    for (const text of ['route: {receiver: team, matchers: [s3cret]}', 's3cret: {']) {
      const { answer } = await asked(look, { json: { config: { original: text } } });
      expect(answer).toMatchObject({ ok: false, why: 'unreadable' });
      expect(JSON.stringify(answer)).not.toMatch(/s3cret|hooks/);
    }
  });

  test.each([
    { ...alertmanager, prefix: '/../../../x' },
    { ...alertmanager, service: '../../../secrets/x', port: '..' },
    { ...alertmanager, service: 'a/b?c#d' },
    { ...alertmanager, namespace: '../kube-system' },
  ])('no name leads elsewhere: %o', async (address) => {
    const { got } = await asked({ at: 'alert-routes', alertmanager: address }, { json: {} });
    expect(got[0]?.path).toMatch(
      /^\/api\/v1\/namespaces\/[^/]+\/services\/http:[^/]+\/proxy\/(am|x)?\/?api\/v2\/status$/,
    );
    expect(decodeURIComponent(got[0]?.path ?? '').split('/services/')[0]).toBe(
      `/api/v1/namespaces/${address.namespace}`,
    );
  });

  test('without the right to it, the right is named', async () => {
    const { answer } = await asked(look, refusal(403, 'Forbidden', 'no'));
    expect(answer).toMatchObject({
      ok: false,
      why: 'forbidden',
      needs: 'get services/proxy http:am:web in monitoring',
    });
  });

  test('those that Prometheus sends to, without users and queries', async () => {
    const url = 'http://user:s3cret@10.0.0.1:9093/api/v2/alerts?token=s3cret';
    const { answer, got } = await asked(
      { at: 'alertmanagers', prometheus },
      { json: { status: 'success', data: { activeAlertmanagers: [{ url }], droppedAlertmanagers: [] } } },
    );
    expect(answer).toEqual({ ok: true, value: ['http://10.0.0.1:9093/api/v2/alerts'] });
    expect(got[0]?.path).toMatch(/\/proxy\/prometheus\/api\/v1\/alertmanagers$/);
  });
});
