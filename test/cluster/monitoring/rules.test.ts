import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { at } from '../../../src/core/kubernetes/field.ts';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import { only, rendered } from '../../core/manifests/sample-settings.ts';
import { currentBed } from '../bed/bed.ts';
import { type Expected, type Series, testAlert } from './rule-test.ts';

/** Each alert by Prometheus' own rule tests: it fires past its limit, and stays silent at it, below it, and where there is nothing to see. */
const rule = only(rendered('staging'), 'PrometheusRule');

const own = 'namespace="orion-staging", service="auth-service"';
const container = 'namespace="orion-staging", pod="auth-service-7d4-x", container="auth-service"';
const requests = (status: string, labels = own) => `http_requests_total{${labels}, status="${status}"}`;
const bucket = (le: string, pod = 'a') => `http_request_duration_seconds_bucket{${own}, pod="${pod}", le="${le}"}`;
const restarts = (of = container) => `kube_pod_container_status_restarts_total{${of}}`;
const used = `container_memory_usage_bytes{${container}}`;
const limit = `container_spec_memory_limit_bytes{${container}}`;
const expiry = (label: string) =>
  `certmanager_certificate_expiration_timestamp_seconds{${label}="orion-staging", name="auth-tls-cert"}`;
const pod = { pod: 'auth-service-7d4-x' };

const silent = (...moments: readonly string[]): readonly Expected[] =>
  moments.map((moment) => ({ at: moment, fires: false }));
const fires = (moment: string, description: string, labels = {}): Expected => ({
  at: moment,
  fires: { description, labels },
});

type Row = readonly [name: string, alert: string, series: Series, expected: readonly Expected[]];
const rows: readonly Row[] = [
  [
    '6 % of the requests fail',
    'AuthServiceHighErrorRate',
    { [requests('200')]: '0+94x60', [requests('503')]: '0+6x60' },
    [...silent('1m'), fires('10m', '6% of the requests of the last 5 minutes ended with 5xx.')],
  ],
  [
    'exactly 5 % fail',
    'AuthServiceHighErrorRate',
    { [requests('200')]: '0+95x60', [requests('500')]: '0+5x60' },
    silent('10m', '15m'),
  ],
  [
    'many fail on a busy service, and still they are few',
    'AuthServiceHighErrorRate',
    { [requests('200')]: '0+100000x60', [requests('500')]: '0+500x60' },
    silent('10m'),
  ],
  ['requests that were refused (4xx)', 'AuthServiceHighErrorRate', { [requests('401')]: '0+50x60' }, silent('10m')],
  [
    'nobody asks any more',
    'AuthServiceHighErrorRate',
    { [requests('200')]: '0+1x10 10x50', [requests('500')]: '0+1x10 10x50' },
    silent('14m'),
  ],
  [
    'the errors of another namespace',
    'AuthServiceHighErrorRate',
    { [requests('500', 'namespace="orion-prod", service="auth-service"')]: '0+50x60', [requests('200')]: '0+50x60' },
    silent('10m'),
  ],
  ['no metrics at all', 'AuthServiceHighErrorRate', {}, silent('10m')],
  [
    'more than 5 % take longer than a second',
    'AuthServiceHighLatency',
    { [bucket('1')]: '0+90x60', [bucket('2')]: '0+100x60', [bucket('+Inf')]: '0+100x60' },
    [...silent('1m'), fires('10m', 'The 95th percentile of the last 5 minutes is 1.5s.')],
  ],
  [
    'exactly 5 % do',
    'AuthServiceHighLatency',
    { [bucket('1')]: '0+95x60', [bucket('2')]: '0+100x60', [bucket('+Inf')]: '0+100x60' },
    silent('10m'),
  ],
  [
    'one pod of little use is slow, the service is not',
    'AuthServiceHighLatency',
    {
      [bucket('1')]: '0+1000x60',
      [bucket('2')]: '0+1000x60',
      [bucket('+Inf')]: '0+1000x60',
      [bucket('1', 'b')]: '0+0x60',
      [bucket('2', 'b')]: '0+10x60',
      [bucket('+Inf', 'b')]: '0+10x60',
    },
    silent('10m'),
  ],
  ['nobody asks', 'AuthServiceHighLatency', { [bucket('1')]: '5x60', [bucket('+Inf')]: '5x60' }, silent('10m')],
  [
    'one restart, for 15 minutes',
    'AuthServicePodRestarts',
    { [restarts()]: '0x20 1x120' },
    [
      ...silent('4m'),
      fires('6m', 'The container of auth-service-7d4-x was started anew in the last 15 minutes.', pod),
      ...silent('25m'),
    ],
  ],
  ['a pod that was restarted long ago', 'AuthServicePodRestarts', { [restarts()]: '7x60' }, silent('10m')],
  [
    'the restarts of a neighbour',
    'AuthServicePodRestarts',
    { [restarts('namespace="orion-staging", pod="auth-worker-1", container="worker"')]: '0+1x60' },
    silent('10m'),
  ],
  [
    '81 % of the limit',
    'AuthServiceHighMemory',
    { [used]: '81x60', [limit]: '100x60' },
    [...silent('4m'), fires('6m', 'auth-service-7d4-x uses 81% of its limit; at the limit it is killed.', pod)],
  ],
  ['exactly 80 % of the limit', 'AuthServiceHighMemory', { [used]: '80x60', [limit]: '100x60' }, silent('10m')],
  ['no limit, which reads as 0', 'AuthServiceHighMemory', { [used]: '81x60', [limit]: '0x60' }, silent('10m')],
  ['nobody says what the limit is', 'AuthServiceHighMemory', { [used]: '81x60' }, silent('10m')],
  [
    'the certificate: exactly 7 days, then less, at a moment 20 minutes after the first',
    'AuthCertificateExpiry',
    { [expiry('exported_namespace')]: `${604_800 + 1200}x200` },
    [
      ...silent('20m', '29m'),
      fires('40m', '6d 23h 40m 0s are left; it should have been renewed 30 days before its end.', {
        name: 'auth-tls-cert',
      }),
    ],
  ],
  [
    'a certificate that was never issued, by a monitor that honours labels',
    'AuthCertificateExpiry',
    { [expiry('namespace')]: '0x200' },
    [fires('15m', 'There is no certificate that is still good.', { name: 'auth-tls-cert' })],
  ],
  [
    'a certificate that is renewed in time',
    'AuthCertificateExpiry',
    { [expiry('exported_namespace')]: '2592000x200' },
    silent('30m'),
  ],
  [
    'nobody tells when the certificate ends',
    'AuthCertificateExpiryUnknown',
    {
      'certmanager_certificate_expiration_timestamp_seconds{exported_namespace="orion-prod", name="auth-tls-cert"}':
        '9x200',
    },
    [
      ...silent('14m'),
      fires(
        '16m',
        'Prometheus has no metrics of cert-manager about auth-tls-cert. cert-manager is down, or nothing scrapes it.',
      ),
    ],
  ],
  ['it is told', 'AuthCertificateExpiryUnknown', { [expiry('exported_namespace')]: '9x200' }, silent('30m')],
  ['it is told, labels honoured', 'AuthCertificateExpiryUnknown', { [expiry('namespace')]: '9x200' }, silent('30m')],
];

test.each(rows)('%s: %s', async (_, alert, series, expected) => {
  await testAlert(rule, alert, series, expected);
});

test('the test sees an alert that does not do what was expected', async () => {
  await expect(
    testAlert(rule, 'AuthServiceHighMemory', { [used]: '81x60', [limit]: '100x60' }, silent('10m')),
  ).rejects.toThrow(/AuthServiceHighMemory/);
});

describe.each([
  ['base', shippedBase],
  ['staging', rendered('staging')],
  ['production', rendered('production')],
] as const)('the rules of %s', (_, objects) => {
  test('are what Prometheus takes, and have no twins', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'rules-')), 'rules.yaml');
    writeFileSync(file, stringify(at(only(objects, 'PrometheusRule'), 'spec')));
    const { stdout } = await promisify(execFile)(currentBed().promtool, ['check', 'rules', '--lint-fatal', file]);
    expect(stdout).toContain('6 rules found');
  });
});
