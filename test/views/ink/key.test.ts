import { expect, test } from 'vitest';
import { keysIn, typedKeys } from '../../../src/views/ink/terminal/key.ts';

const names = (input: string, pressed = {}): readonly string[] => keysIn(input, pressed).map(({ name }) => name);

test('a text typed ahead is its single keys, Enter among them, before raw mode too', () => {
  expect(names('ab\rc\n')).toEqual(['a', 'b', 'enter', 'c', 'enter']);
  expect(names('a\r\nb')).toEqual(['a', 'enter', 'b']);
  expect(names('a\u{15}\t\u{7f}')).toEqual(['a', 'ctrl-u', 'tab', 'backspace']);
});

test('what people see as one letter is one key', () => {
  expect(typedKeys('é👩‍🚀')).toHaveLength(2);
});

test('escape and a letter in one event are two keys, word keys of a field are one', () => {
  expect(names('n', { meta: true })).toEqual(['escape', 'n']);
  expect(names('b', { meta: true })).toEqual(['alt-b']);
  expect(names('', { escape: true })).toEqual(['escape']);
});

test('special keys go by Ink', () => {
  expect(names('', { upArrow: true })).toEqual(['up']);
  expect(names('c', { ctrl: true })).toEqual(['ctrl-c']);
  expect(names('', { return: true })).toEqual(['enter']);
});
