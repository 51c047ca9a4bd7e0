import { test as property } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inBlock, inCode, inProse } from '../../../src/core/report/markdown.ts';

/** A message in an object is written by whoever may write the object: it stays text, wherever the report is shown. */
describe('in a sentence', () => {
  test.each([
    ['a heading', 'ok\n# Call this number', 'ok \\# Call this number'],
    ['a link', '[reset your password](https://evil.example)', '\\[reset your password\\](https\\://evil.example)'],
    ['a picture', '![x](http://evil.example/p.png)', '!\\[x\\](http\\://evil.example/p.png)'],
    ['HTML', '<img src=x onerror=alert(1)> &lt;', '&lt;img src=x onerror=alert(1)> &amp;lt;'],
    ['a row of a table', 'a | b', 'a \\| b'],
    ['somebody called by name', 'ask @admin', 'ask @\u2060admin'],
    ['an e-mail address is none', 'ops@example.org', 'ops@example.org'],
    ['a list', '- item', '\\- item'],
    ['a numbered list', '1. item', '1\\. item'],
    ['a version is none', '1.21.2', '1.21.2'],
    ['a quotation', '> said', '\\> said'],
    ['code', '`rm -rf`', '\\`rm -rf\\`'],
  ])('%s stays text', (_, given, shown) => expect(inProse(given)).toBe(shown));

  property.prop([fc.string({ unit: 'binary' })])('it is one line, whatever it says', (text) => {
    expect(inProse(text)).not.toMatch(/[\r\n\u2028\u2029]/);
    expect(inProse(text)).not.toContain('<');
  });
});

describe('in code', () => {
  property.prop([fc.string({ unit: fc.constantFrom('`', 'a', ' ', '\n') })])(
    'no backtick ends it before its end',
    (text) => {
      const shown = inCode(text);
      const fence = /^`+/.exec(shown)?.[0] ?? '';
      if (fence === '') expect(shown).toBe('(empty)');
      else expect(shown.slice(fence.length, -fence.length).match(/`+/g) ?? []).not.toContain(fence);
    },
  );

  test('a block is not ended by a fence in a command', () => {
    expect(inBlock(['```', '# Title'])).toEqual(['````sh', '```', '# Title', '````']);
  });
});
