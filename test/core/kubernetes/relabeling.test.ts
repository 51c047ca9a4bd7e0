import { createHash } from 'node:crypto';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { md5 } from '../../../src/core/kubernetes/md5.ts';
import { anchored, expand } from '../../../src/core/kubernetes/re2.ts';
import { relabeled, relabelRule, ruleOf } from '../../../src/core/kubernetes/relabeling.ts';

const labels = { job: 'auth', pod: 'auth-service-1', port: '3001', one: 'A b' };
const made = (rule: object) => relabeled(labels, [ruleOf(rule)]);

describe('a rule, as Prometheus applies it', () => {
  test.each<[string, object, object]>([
    [
      'replace puts what was matched',
      { sourceLabels: ['pod', 'port'], regex: '(.*);(.*)', targetLabel: 'x', replacement: '$2/$1' },
      { kept: true, labels: { ...labels, x: '3001/auth-service-1' } },
    ],
    [
      'replace without a match changes nothing',
      { sourceLabels: ['pod'], regex: 'auth', targetLabel: 'x' },
      { kept: true, labels },
    ],
    [
      'an empty result takes the label away',
      { sourceLabels: ['absent'], targetLabel: 'pod' },
      { kept: true, labels: { job: 'auth', port: '3001', one: 'A b' } },
    ],
    [
      'keep is anchored at both ends',
      { action: 'keep', sourceLabels: ['pod'], regex: 'auth-service' },
      { kept: false, by: 0 },
    ],
    [
      'keep, in capitals as older manifests have it',
      { action: 'Keep', sourceLabels: ['pod'], regex: 'auth-.*' },
      { kept: true, labels },
    ],
    [
      'drop of what is absent: it is empty text',
      { action: 'drop', sourceLabels: ['absent'], regex: '' },
      { kept: false, by: 0 },
    ],
    ['keepequal', { action: 'keepequal', sourceLabels: ['job'], targetLabel: 'pod' }, { kept: false, by: 0 }],
    ['dropequal', { action: 'dropequal', sourceLabels: ['job'], targetLabel: 'pod' }, { kept: true, labels }],
    [
      'lowercase',
      { action: 'lowercase', sourceLabels: ['one'], targetLabel: 'one' },
      { kept: true, labels: { ...labels, one: 'a b' } },
    ],
    [
      'uppercase',
      { action: 'uppercase', sourceLabels: ['one'], targetLabel: 'one' },
      { kept: true, labels: { ...labels, one: 'A B' } },
    ],
    [
      'labelmap',
      { action: 'labelmap', regex: 'p(.*)', replacement: 'q$1' },
      { kept: true, labels: { ...labels, qod: 'auth-service-1', qort: '3001' } },
    ],
    ['labeldrop', { action: 'labeldrop', regex: 'p.*|one' }, { kept: true, labels: { job: 'auth' } }],
    ['labelkeep', { action: 'labelkeep', regex: 'job' }, { kept: true, labels: { job: 'auth' } }],
    ['an action nobody knows', { action: 'bogus' }, { kept: 'unsure', by: 0 }],
  ])('%s', (_, rule, wanted) => {
    expect(made(rule)).toEqual(wanted);
  });

  test('the first rule that drops is named, and what comes later does not count', () => {
    const rules = [
      relabelRule({ targetLabel: 'x', replacement: '1' }),
      relabelRule({ action: 'drop', sourceLabels: ['x'], regex: '1' }),
    ];
    expect(relabeled({}, [...rules, relabelRule({ action: 'keep', sourceLabels: ['x'], regex: '2' })])).toEqual({
      kept: false,
      by: 1,
    });
  });

  // echo -n auth-service-1 | md5sum: the last eight bytes, most significant first.
  test('hashmod is what shards divide by', () => {
    const digest = createHash('md5').update('auth-service-1').digest();
    const wanted = String(digest.readBigUInt64BE(8) % 7n);
    expect(made({ action: 'hashmod', sourceLabels: ['pod'], targetLabel: 'x', modulus: 7 })).toEqual({
      kept: true,
      labels: { ...labels, x: wanted },
    });
  });
});

property.prop([fc.string({ unit: 'grapheme', maxLength: 300 })])('MD5 is MD5', (text) => {
  expect(Buffer.from(md5(text)).toString('hex')).toBe(createHash('md5').update(text).digest('hex'));
});

describe('a regular expression, as RE2 takes it', () => {
  test.each<[string, 'invalid' | 'unsure']>([
    ['(', 'invalid'],
    ['(?=x)', 'invalid'],
    ['(a)\\1', 'invalid'],
    ['a(?i)b', 'unsure'],
    ['\\pL', 'unsure'],
  ])('%s is %s', (text, wanted) => {
    const found = anchored(text);
    // A flag in the middle is said to be unsure, or matches what RE2 matches; never something else.
    expect(typeof found === 'string' ? found : 'taken').toBe(wanted);
  });

  test.each([
    ['(?i)AUTH.*', 'auth-service'],
    ['[[:alpha:]-]+', 'auth-service'],
    ['.*', 'two\nlines'],
    ['(?P<name>a)b', 'ab'],
  ])('%s fits %j', (text, value) => {
    expect(anchored(text)).toBeInstanceOf(RegExp);
    expect((anchored(text) as RegExp).test(value)).toBe(true);
  });

  test('a template takes the longest name, and an unknown one is empty', () => {
    const matched = /^(a)(?<rest>.*)$/.exec('abc') as RegExpExecArray;
    const braced = (name: string) => ['$', '{', name, '}'].join('');
    expect(expand(`$1-${braced('1')}x-$1x-$rest-${braced('rest')}-$$-$9`, matched)).toBe('a-ax--bc-bc-$-');
  });
});
