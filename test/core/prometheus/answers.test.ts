import { describe, expect, test } from 'vitest';
import {
  metricsPageOf,
  runtimeOf,
  samplesOf,
  scrapePoolOf,
  unreachedPage,
} from '../../../src/core/prometheus/answers.ts';

const pool = 'serviceMonitor/a/b/0';
const target = {
  discoveredLabels: { __meta_kubernetes_service_annotation_secret: 'planted' },
  labels: { pod: 'p', namespace: 'a', password: 'planted', job: 'b' },
  scrapePool: pool,
  scrapeUrl: 'http://user:planted@10.0.0.1:3001/metrics?token=planted',
  lastError: 'first line\nBearer plantedplantedplanted\u001b[31m',
  lastScrape: '2026-11-23T06:23:01.387164056Z',
  lastScrapeDuration: 0.002,
  health: 'up',
  scrapeInterval: '30s',
  scrapeTimeout: '10s',
};

describe('the targets of a pool', () => {
  test('keep what is needed to judge, and nothing that others wrote into labels, annotations and URLs', () => {
    const answer = scrapePoolOf(
      { activeTargets: [target], droppedTargets: [], droppedTargetCounts: { [pool]: 3 } },
      pool,
    );
    expect(answer).toEqual({
      known: true,
      active: 1,
      dropped: 3,
      targets: [
        {
          url: 'http://10.0.0.1:3001/metrics',
          health: 'up',
          lastError: 'first line Bearer «token»',
          lastScrape: '2026-11-23T06:23:01.387164056Z',
          lastDuration: 0.002,
          interval: '30s',
          timeout: '10s',
          labels: { namespace: 'a', pod: 'p', job: 'b' },
        },
      ],
    });
    expect(JSON.stringify(answer)).not.toContain('planted');
  });

  test('a pool that Prometheus does not have is not an empty one', () => {
    const others = { activeTargets: [], droppedTargets: [], droppedTargetCounts: { other: 2 } };
    expect(scrapePoolOf(others, pool)).toMatchObject({ known: false, active: 0, dropped: 0 });
    expect(scrapePoolOf({ ...others, droppedTargetCounts: { [pool]: 0 } }, pool)).toMatchObject({
      known: true,
      active: 0,
    });
  });

  test('before there were counts, the dropped ones were listed', () => {
    const dropped = [{ discoveredLabels: { job: pool } }, { discoveredLabels: { job: 'other' } }];
    expect(scrapePoolOf({ activeTargets: [], droppedTargets: dropped }, pool)).toMatchObject({
      known: true,
      dropped: 1,
    });
  });

  test.each([null, 'x', {}, { activeTargets: 'x' }])('%j is no answer of Prometheus', (data) => {
    expect(scrapePoolOf(data, pool)).toBeUndefined();
    expect(runtimeOf(data)).toBeUndefined();
    expect(samplesOf(data)).toBeUndefined();
  });
});

describe("a pod's page", () => {
  const page = (body: string) =>
    metricsPageOf({ status: 200, contentType: 'text/plain', location: '', body, seconds: 0.1 });

  test('that reads as the text format is told so, with its samples', () => {
    expect(page('# TYPE a counter\na{b="c"} 1\nd 2.5e-3 1795733561\n')).toMatchObject({
      isExposition: true,
      samples: 2,
      names: ['a', 'd'],
    });
  });

  test.each(['<html></html>', '{"a": 1}', 'a{b="c} 1', 'a b', ''])('%j does not', (body) => {
    expect(page(body).outcome === 'answered' && page(body)).toMatchObject({ isExposition: false });
  });

  test('is cut, and carries no secret', () => {
    const kept = page(`a 1\npostgres://u:planted@db/x\n${'b 1\n'.repeat(2000)}`);
    expect(JSON.stringify(kept).length).toBeLessThan(1410);
    expect(JSON.stringify(kept)).not.toContain('planted');
  });

  test.each([
    ['dial tcp 10.0.0.1:9: connect: connection refused', 'refused'],
    ['dial tcp 10.0.0.1:9: i/o timeout', 'timed-out'],
    ['tls: first record does not look like a TLS handshake', 'tls'],
    ['EOF', 'reset'],
    ['no route to host', 'unreachable'],
  ])('that was not reached: %s', (said, why) => {
    expect(unreachedPage(`error trying to reach service: ${said}`)).toMatchObject({ outcome: 'failed', why });
  });
});
