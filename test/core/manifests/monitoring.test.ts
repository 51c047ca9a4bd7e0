import { describe, expect, test } from 'vitest';
import { at, listAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import { only, rendered } from './sample-settings.ts';

describe.each([
  { environment: 'base', objects: shippedBase },
  { environment: 'staging', objects: rendered('staging') },
  { environment: 'production', objects: rendered('production') },
])('$environment', ({ environment, objects }) => {
  test('the metrics carry where they come from', () => {
    const relabelings = listAt(only(objects, 'ServiceMonitor'), 'spec.endpoints.0.relabelings');
    expect(relabelings.map((rule) => at(rule, 'targetLabel'))).toEqual([
      'namespace',
      'pod',
      'service',
      'node',
      'environment',
      'platform',
      'cluster',
    ]);
    expect(textMapAt(only(objects, 'Service'), 'metadata.labels')).toEqual({
      app: 'auth-service',
      environment,
      platform: 'orion',
      cluster: 'orion',
    });
  });

  test('the metrics that alerts and dashboard read are not dropped', () => {
    const drop = at(only(objects, 'ServiceMonitor'), 'spec.endpoints.0.metricRelabelings.0');
    expect(drop).toMatchObject({ action: 'drop', sourceLabels: ['__name__'] });
    // Prometheus anchors the expression at both ends.
    const dropped = new RegExp(`^(?:${at(drop, 'regex')})$`);
    const needed = [
      'http_requests_total',
      'http_request_duration_seconds',
      'auth_login_attempts_total',
      'auth_token_generation_total',
    ];
    const series = needed.flatMap((metric) => [metric, `${metric}_bucket`, `${metric}_sum`, `${metric}_count`]);
    expect(series.filter((metric) => dropped.test(metric))).toEqual([]);
    expect(dropped.test('nodejs_gc_duration_seconds_bucket')).toBe(true);
  });
});
