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

test('an Escape that is read in one piece with the key behind it is not lost', () => {
  expect(names('', { return: true, meta: true })).toEqual(['escape', 'enter']);
  expect(names('', { tab: true, meta: true })).toEqual(['escape', 'tab']);
  expect(names('j', { ctrl: true, meta: true })).toEqual(['escape', 'enter']);
  expect(names('o', { ctrl: true, meta: true })).toEqual(['escape', 'ctrl-o']);
  expect(names('\u{1b}', { escape: true, meta: true })).toEqual(['escape', 'escape']);
  expect(names('\u{1b}\r')).toEqual(['escape', 'enter']);
});

test('special keys go by Ink', () => {
  expect(names('', { upArrow: true })).toEqual(['up']);
  expect(names('c', { ctrl: true })).toEqual(['ctrl-c']);
  expect(names('', { return: true })).toEqual(['enter']);
});
