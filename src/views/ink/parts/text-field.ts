import type { Key } from '../terminal/key.ts';

/** A line being typed, cut where the cursor stands. */
export type TextField = { readonly before: string; readonly after: string };

export const emptyField: TextField = { before: '', after: '' };
export const fieldWith = (text: string): TextField => ({ before: text, after: '' });
export const textOf = ({ before, after }: TextField): string => before + after;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const pieces = (text: string): readonly string[] => [...graphemes.segment(text)].map(({ segment }) => segment);
const firstOf = (text: string): string => pieces(text)[0] ?? '';
const lastOf = (text: string): string => pieces(text).at(-1) ?? '';
const lastWord = (text: string): string => /\S*\s*$/.exec(text)?.[0] ?? '';
const firstWord = (text: string): string => /^\s*\S*/.exec(text)?.[0] ?? '';

const back = ({ before, after }: TextField, piece: string): TextField => ({
  before: before.slice(0, before.length - piece.length),
  after: piece + after,
});
const forth = ({ before, after }: TextField, piece: string): TextField => ({
  before: before + piece,
  after: after.slice(piece.length),
});

const edits: Readonly<Record<string, (field: TextField) => TextField>> = {
  left: (field) => back(field, lastOf(field.before)),
  right: (field) => forth(field, firstOf(field.after)),
  'alt-b': (field) => back(field, lastWord(field.before)),
  'alt-f': (field) => forth(field, firstWord(field.after)),
  home: (field) => ({ before: '', after: textOf(field) }),
  'ctrl-a': (field) => ({ before: '', after: textOf(field) }),
  end: (field) => fieldWith(textOf(field)),
  'ctrl-e': (field) => fieldWith(textOf(field)),
  backspace: ({ before, after }) => ({ before: before.slice(0, before.length - lastOf(before).length), after }),
  delete: ({ before, after }) => ({ before, after: after.slice(firstOf(after).length) }),
  'ctrl-d': ({ before, after }) => ({ before, after: after.slice(firstOf(after).length) }),
  'ctrl-u': ({ after }) => ({ before: '', after }),
  'ctrl-k': ({ before }) => ({ before, after: '' }),
  'ctrl-w': ({ before, after }) => ({ before: before.slice(0, before.length - lastWord(before).length), after }),
};

/** The field after a key, or undefined where the key does not edit. */
export function edited(field: TextField, key: Key): TextField | undefined {
  if (key.text !== '') return inserted(field, key.text);
  return edits[key.name]?.(field);
}

/** Pasted or typed text at the cursor; line ends and control characters have no place in a line. */
export function inserted({ before, after }: TextField, text: string): TextField {
  return { before: before + text.replaceAll(/[\u{0}-\u{1f}\u{7f}]/gu, ''), after };
}
