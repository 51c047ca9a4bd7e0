import { describe, expect, test } from 'vitest';
import {
  failureOf,
  type ScrapeFailure,
  scrapeFailureIn,
} from '../../../runbooks/prometheus-not-scraping/target/last-error.ts';

const unsupported = (type: string) =>
  `received unsupported Content-Type "${type}" and no fallback_scrape_protocol specified for target`;
const x509 = (words: string) =>
  `Get "https://10.244.0.151:9443/metrics": tls: failed to verify certificate: x509: ${words}`;

/** Seen: recorded from Prometheus 3.13 against real servers. */
const seen: readonly (readonly [string, ScrapeFailure])[] = [
  ['server returned HTTP status 404 Not Found', { failed: 'status', status: 404 }],
  ['server returned HTTP status 401 Unauthorized', { failed: 'status', status: 401 }],
  ['server returned HTTP status 503 Service Unavailable', { failed: 'status', status: 503 }],
  [
    'Get "http://10.244.0.151:9555/metrics": dial tcp 10.244.0.151:9555: connect: connection refused',
    { failed: 'refused' },
  ],
  ['Get "http://10.244.0.151:9666/metrics": context deadline exceeded', { failed: 'timed-out', at: 'unanswered' }],
  ['context deadline exceeded', { failed: 'timed-out', at: 'body' }],
  [
    'Get "https://10.244.0.164:9701/metrics": http: server gave HTTP response to HTTPS client',
    { failed: 'speaks-http' },
  ],
  [
    'Get "https://10.244.0.151:9090/metrics": tls: first record does not look like a TLS handshake',
    { failed: 'speaks-http' },
  ],
  ['Get "http://10.244.0.151:9443/metrics": EOF', { failed: 'cut-off', how: 'eof' }],
  [
    'Get "http://10.244.0.151:9090/reset": read tcp 10.244.0.1:52474->10.244.0.151:9090: read: connection reset by peer',
    { failed: 'cut-off', how: 'reset' },
  ],
  [
    x509("cannot validate certificate for 10.244.0.151 because it doesn't contain any IP SANs"),
    { failed: 'tls', why: 'no-ip-in-certificate' },
  ],
  [x509('certificate is valid for app.orion.svc, not other.orion.svc'), { failed: 'tls', why: 'other-name' }],
  [x509('certificate signed by unknown authority'), { failed: 'tls', why: 'unknown-authority' }],
  [
    x509(
      'certificate has expired or is not yet valid: current time 2026-11-23T07:32:57Z is after 2025-02-01T00:00:00Z',
    ),
    { failed: 'tls', why: 'out-of-date' },
  ],
  [
    'Get "https://10.244.0.151:9445/metrics": remote error: tls: certificate required',
    { failed: 'tls', why: 'wants-client-certificate' },
  ],
  ['sample limit exceeded', { failed: 'limit', limit: 'sampleLimit' }],
  ['target_limit exceeded (number of targets: 2, limit: 1)', { failed: 'limit', limit: 'targetLimit' }],
  [
    'label_limit exceeded (metric: demo_requests_total, number of labels: 8, limit: 2)',
    { failed: 'limit', limit: 'labelLimit' },
  ],
  [
    'label_name_length_limit exceeded (metric: demo_requests_total, label name: __name__, length: 8, limit: 3)',
    { failed: 'limit', limit: 'labelNameLengthLimit' },
  ],
  [
    'label_value_length_limit exceeded (metric: a, label name: l, value: "xxxxxx", length: 300, limit: 100)',
    { failed: 'limit', limit: 'labelValueLengthLimit' },
  ],
  ['body size limit exceeded', { failed: 'limit', limit: 'bodySizeLimit' }],
  [
    'non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target',
    { failed: 'content-type', type: undefined },
  ],
  [unsupported('text/html; charset=utf-8'), { failed: 'content-type', type: 'text/html; charset=utf-8' }],
  [unsupported('application/json'), { failed: 'content-type', type: 'application/json' }],
  [
    'cannot parse Content-Type "text/plain; version=;;x" and no fallback_scrape_protocol for target\nmime: invalid media parameter',
    { failed: 'content-type', type: 'text/plain; version=;;x' },
  ],
  ['expected a valid start token, got "<" ("INVALID") while parsing: "<"', { failed: 'parse' }],
  ['invalid metric type "countr"', { failed: 'parse' }],
  ['invalid UTF-8 label value: "\\"\\xff\\""', { failed: 'parse' }],
  ['data does not end with # EOF', { failed: 'parse' }],
  ['histogram bucket limit exceeded', { failed: 'limit', limit: 'nativeHistogramBucketLimit' }],
  [
    'Get "https://10.244.0.11:3122/metrics": remote error: tls: bad certificate',
    { failed: 'tls', why: 'wants-client-certificate' },
  ],
  [
    'Get "https://10.244.0.11:3122/metrics": remote error: tls: handshake failure',
    { failed: 'tls', why: 'wants-client-certificate' },
  ],
];

/** Read in the sources of Prometheus and Go. */
const read: readonly (readonly [string, ScrapeFailure])[] = [
  [
    'Get "http://10.0.0.7:3001/metrics": dial tcp 10.0.0.7:3001: i/o timeout',
    { failed: 'timed-out', at: 'connecting' },
  ],
  ['Get "http://10.0.0.7:3001/metrics": dial tcp 10.0.0.7:3001: connect: no route to host', { failed: 'unreachable' }],
  [
    'Get "https://sso.example.org/": dial tcp: lookup sso.example.org on 10.96.0.10:53: no such host',
    { failed: 'no-such-host' },
  ],
  [x509('certificate is valid for 127.0.0.1, not 10.244.0.151'), { failed: 'tls', why: 'no-ip-in-certificate' }],
  ['Get "https://10.0.0.7:3001/metrics": remote error: tls: internal error', { failed: 'tls', why: 'other' }],
  [
    'Get "http://10.0.0.7:3001/metrics": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
    { failed: 'speaks-tls' },
  ],
  [
    'Get "https://10.0.0.7:3001/metrics": remote error: tls: unknown certificate authority',
    { failed: 'tls', why: 'refused-client-certificate' },
  ],
  ['unexpected EOF', { failed: 'cut-off', how: 'eof' }],
  ['missing metric name (__name__ label)', { failed: 'nameless' }],
  ['Get "http://10.0.0.7:3001/metrics": stopped after 10 redirects', { failed: 'other' }],
  ['words that nobody has written yet', { failed: 'other' }],
];

describe('the text of a failed scrape is read for what it says', () => {
  test.each([...seen, ...read])('%s', (text, failure) => {
    expect(scrapeFailureIn(text)).toEqual(failure);
  });

  test('no text means that the last scrape went well', () => {
    expect(scrapeFailureIn('')).toBeUndefined();
  });

  test('a body cannot pretend: only how a text begins names a limit or a status', () => {
    expect(scrapeFailureIn('expected a valid start token, got "s" while parsing: "sample limit exceeded"')).toEqual({
      failed: 'parse',
    });
  });
});

describe('words that nobody has written down', () => {
  const target = {
    url: 'http://10.244.0.7:3001/metrics',
    health: 'down',
    lastScrape: '',
    interval: '30s',
    timeout: '10s',
    labels: {},
  } as const;

  test('a scrape that took all its time ran out of it', () => {
    const told = failureOf({ ...target, lastError: 'gave up waiting', lastDuration: 10.0004 });
    expect(told).toEqual({ failed: 'timed-out', at: 'unanswered' });
  });

  test('one that did not has no name', () => {
    expect(failureOf({ ...target, lastError: 'gave up waiting', lastDuration: 2 })).toEqual({ failed: 'other' });
  });

  test('what is said plainly counts more than how long it took', () => {
    const said = 'server returned HTTP status 500 Internal Server Error';
    expect(failureOf({ ...target, lastError: said, lastDuration: 12 })).toEqual({ failed: 'status', status: 500 });
  });
});
