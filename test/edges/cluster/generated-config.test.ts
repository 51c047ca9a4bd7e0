import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { asked } from './asked-inside.ts';
import type { Says } from './local-api.ts';

const jobsLook = {
  at: 'scrape-jobs',
  namespace: 'monitoring',
  prometheus: 'k8s',
  prefix: 'serviceMonitor/orion-staging/auth-service-monitor/',
} as const;

describe('the generated configuration', () => {
  const secret = (text: string): Says => ({
    json: {
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: { name: 'prometheus-k8s' },
      data: { 'prometheus.yaml.gz': gzipSync(text).toString('base64') },
    },
  });
  const configuration = [
    'scrape_configs:',
    '- job_name: serviceMonitor/orion-staging/auth-service-monitor/0',
    '  basic_auth: {username: u, password: planted}',
    '- job_name: "serviceMonitor/orion-staging/auth-service-monitor/1"',
    '- job_name: serviceMonitor/orion-staging/auth-service-monitor-2/0',
    '',
  ].join('\n');

  test('gives a number and nothing else: the passwords of others stay in it', async () => {
    const { answer, got } = await asked(jobsLook, secret(configuration));
    expect(answer).toEqual({ ok: true, value: 2 });
    expect(got).toMatchObject([{ path: '/api/v1/namespaces/monitoring/secrets/prometheus-k8s' }]);
  });

  test.each<[string, Says]>([
    ['no such key', { json: { kind: 'Secret', apiVersion: 'v1', metadata: {}, data: {} } }],
    [
      'no gzip',
      { json: { kind: 'Secret', apiVersion: 'v1', metadata: {}, data: { 'prometheus.yaml.gz': 'cGxhbnRlZA==' } } },
    ],
  ])('%s: unreadable, and not "no job"', async (_, says) => {
    expect((await asked(jobsLook, says)).answer).toMatchObject({ ok: false, why: 'unreadable' });
  });
});
