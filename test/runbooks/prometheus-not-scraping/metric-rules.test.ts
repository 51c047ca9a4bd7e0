import { describe, expect, test } from 'vitest';
import { asksOf } from '../../../runbooks/prometheus-not-scraping/target/job-asks.ts';
import { dropsOf } from '../../../src/core/prometheus/metric-rules.ts';

const page = [
  '# TYPE http_requests_total counter',
  'http_requests_total{method="GET",status="200"} 1027',
  'process_cpu_seconds_total 3.1',
  '',
].join('\n');
const drop = (regex: string) => ({ action: 'drop', sourceLabels: ['__name__'], regex });
const keep = (regex: string) => ({ action: 'keep', sourceLabels: ['__name__'], regex });

describe('metric relabelings are replayed over the page', () => {
  test.each([
    ['no rules', [], 'leaves-some'],
    ['a drop of some', [drop('http_.*')], 'leaves-some'],
    ['a drop of all', [drop('.*')], 0],
    ['two that drop all together', [drop('http_.*'), drop('process_.*')], 1],
    ['a keep that matches the beginning only, and so nothing', [keep('http')], 0],
    ['a keep of one', [keep('process_.*')], 'leaves-some'],
    ['labels are seen', [{ action: 'keep', sourceLabels: ['status'], regex: '200' }], 'leaves-some'],
    ["the target's labels too", [{ action: 'drop', sourceLabels: ['namespace'], regex: 'orion' }], 0],
    ['a rule that cannot be worked out', [{ action: 'keep', sourceLabels: ['__name__'], regex: '\\pL+' }], undefined],
  ] as const)('%s', (_, rules, answer) => {
    expect(dropsOf(rules, page, { namespace: 'orion' })).toBe(answer);
  });

  test('an empty page tells nothing, nor does the half line at which it was cut', () => {
    expect(dropsOf([drop('.*')], '', {})).toBeUndefined();
    expect(dropsOf([drop('.*')], 'http_requests_to', {})).toBeUndefined();
  });
});

test('what rules ask for is read with its job', () => {
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'auth-alerts', namespace: 'orion' },
    spec: {
      groups: [
        {
          rules: [
            {
              expr: 'sum(rate(http_requests_total{job="auth",status=~"5.."}[5m])) / sum(rate(http_requests_total{job="auth"}[5m])) > 0.05',
            },
            { expr: 'up{namespace="orion", job="auth"} == 0' },
            { expr: 'rate(kube_pod_container_status_restarts_total{namespace="orion"}[15m]) > 0' },
          ],
        },
      ],
    },
  };
  expect(asksOf([rule]).map(({ metric, job, path }) => `${path} ${metric} ${job}`)).toEqual([
    'spec.groups.0.rules.0.expr http_requests_total auth',
    'spec.groups.0.rules.0.expr http_requests_total auth',
    'spec.groups.0.rules.1.expr up auth',
  ]);
});
