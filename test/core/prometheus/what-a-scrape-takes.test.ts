import { expect, test } from 'vitest';
import { mostBucketsIn } from '../../../src/core/prometheus/buckets.ts';
import { contentTypeError } from '../../../src/core/prometheus/content-type.ts';
import { labelLimitError } from '../../../src/core/prometheus/label-limits.ts';

const none = { labels: undefined, nameLength: undefined, valueLength: undefined };
const sample = { __name__: 'http_requests_total', status: '200', empty: '' };

test('a label that is empty is none', () => {
  expect(labelLimitError([sample], { ...none, labels: 2 })).toBeUndefined();
  expect(labelLimitError([sample], { ...none, labels: 1 })).toBe(
    'label_limit exceeded (metric: http_requests_total, number of labels: 2, limit: 1)',
  );
});

test('lengths are of bytes', () => {
  expect(labelLimitError([{ __name__: 'a', l: 'ä' }], { ...none, valueLength: 1 })).toBe(
    'label_value_length_limit exceeded (metric: a, label name: l, value: "ä", length: 2, limit: 1)',
  );
});

test('buckets are counted by series, and those in use alone', () => {
  const page = ['a_bucket{le="1",x="1"} 1', 'a_bucket{le="2",x="1"} 1', 'a_bucket{le="+Inf",x="1"} 2', ''].join('\n');
  expect(mostBucketsIn(page)).toBe(2);
  expect(mostBucketsIn('a_total 7\n')).toBe(0);
});

test.each([
  ['text/plain; version=0.0.4', undefined],
  ['text/plain; charset="utf-8";', undefined],
  ['text/plain; version=;;x', 'cannot parse Content-Type'],
  ['text/html', 'received unsupported Content-Type'],
  ['', 'non-compliant scrape target sending blank Content-Type'],
])('a page of type %j', (type, words) => {
  if (words === undefined) expect(contentTypeError(type, undefined)).toBeUndefined();
  else expect(contentTypeError(type, undefined)).toContain(words);
  expect(contentTypeError(type, 'PrometheusText0.0.4')).toBeUndefined();
});
