import { describe, expect, it } from 'vitest';
import { askChoice, askConsent, askSecret, askText } from '../../../src/core/setup/ask.ts';
import { good } from '../../../src/core/setup/validate/checked.ts';
import { questionText, wishOf } from '../../../src/views/plain/ask.ts';

const words = { id: 'x', step: 'domain', title: 'Which one?', why: 'Because.' } as const;

describe('a question in lines', () => {
  it('numbers its choices, and says what Enter means and what else may be typed', () => {
    const question = askChoice({
      ...words,
      notes: [{ level: 'bad', text: 'no address yet', lines: ['h. A 203.0.113.10'] }],
      choices: [
        { value: 'a', title: 'Go on' },
        { value: 'b', title: 'Leave', note: 'all is kept' },
      ],
      default: 'b',
    });
    expect(questionText(question)).toBe(
      '\nProblem: no address yet\n    h. A 203.0.113.10\nWhich one?\n  1  Go on\n  2  Leave, all is kept\nType a number. Enter: 2. ? why, < back, q leave.\n',
    );
  });

  it('says what Enter means for a text, a consent and a secret', () => {
    expect(questionText(askText({ ...words, default: './k8s', check: (typed) => good(typed) }))).toContain(
      'Enter: ./k8s.',
    );
    expect(questionText(askConsent({ ...words, consent: { risk: 'low', names: [] } }))).toContain('Type yes or no.');
    const secret = (mayKeep: boolean, key: 'jwt-secret' | 'redis-url') =>
      questionText(askSecret({ ...words, environment: 'staging', key, mayKeep }));
    expect(secret(true, 'redis-url')).toContain('Enter keeps it.');
    expect(secret(false, 'jwt-secret')).toContain('Enter generates one.');
    expect(secret(false, 'redis-url')).not.toContain('Enter');
  });
});

describe('what is typed', () => {
  it.each([
    ['?', 'why'],
    [' < ', { kind: 'back' }],
    ['q', { kind: 'leave' }],
    ['edit domain', { kind: 'edit', step: 'domain' }],
    ['edit nothing', undefined],
    ['example.org', undefined],
    ['', undefined],
  ])('%j is %j', (text, wanted) => expect(wishOf(text)).toEqual(wanted));
});
