/** One key press. `text` is what it types; empty for keys that type nothing. */
export type Key = { readonly name: string; readonly text: string };

/** What Ink says of an input event, as far as it matters here. */
export type Pressed = {
  readonly upArrow?: boolean;
  readonly downArrow?: boolean;
  readonly leftArrow?: boolean;
  readonly rightArrow?: boolean;
  readonly pageUp?: boolean;
  readonly pageDown?: boolean;
  readonly home?: boolean;
  readonly end?: boolean;
  readonly return?: boolean;
  readonly escape?: boolean;
  readonly tab?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
};

const named: readonly (readonly [keyof Pressed, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
  ['tab', 'tab'],
];

const escapeKey: Key = { name: 'escape', text: '' };
/** With these, Alt is nothing here: it was Escape, and the key behind it. With the others it moves or deletes by words elsewhere. */
const afterEscape: ReadonlySet<string> = new Set(['enter', 'tab']);

/**
 * The single keys in one input event. What was typed ahead arrives as one text with the Enters in it; typed before raw mode, Enter is a
 * line feed. Escape and another key read in one piece look like Alt and that key: they are two keys, since an Escape that is lost makes a
 * no into a yes, unless they are one of the word keys of a text field.
 */
export function keysIn(input: string, pressed: Pressed): readonly Key[] {
  const special = named.find(([flag]) => pressed[flag]);
  if (special) {
    const key: Key = { name: special[1], text: '' };
    return pressed.meta && afterEscape.has(key.name) ? [escapeKey, key] : [key];
  }
  if (pressed.ctrl && /^[a-z]$/.test(input)) {
    if (!pressed.meta) return [{ name: `ctrl-${input}`, text: '' }];
    return [escapeKey, input === 'j' ? { name: 'enter', text: '' } : { name: `ctrl-${input}`, text: '' }];
  }
  if (pressed.meta && ['b', 'f'].includes(input)) return [{ name: `alt-${input}`, text: '' }];
  if (pressed.escape || pressed.meta) return [escapeKey, ...typedKeys(input)];
  return typedKeys(input);
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A text as the keys that would type it. */
export function typedKeys(text: string): readonly Key[] {
  return [...graphemes.segment(text.replaceAll('\r\n', '\r'))].map(({ segment }) => keyOf(segment));
}

function keyOf(segment: string): Key {
  if (segment === '\r' || segment === '\n') return { name: 'enter', text: '' };
  if (segment === '\t') return { name: 'tab', text: '' };
  if (segment === '\u{1b}') return escapeKey;
  if (segment === '\u{7f}' || segment === '\b') return { name: 'backspace', text: '' };
  const code = segment.codePointAt(0) ?? 0;
  if (code > 0 && code < 27) return { name: `ctrl-${String.fromCharCode(code + 96)}`, text: '' };
  if (code < 32) return { name: 'unknown', text: '' };
  return { name: segment, text: segment };
}
