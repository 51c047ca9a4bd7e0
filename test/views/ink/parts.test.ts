import { describe, expect, test } from 'vitest';
import { type ActiveKey, keys, pressed } from '../../../src/views/ink/keys.ts';
import { chooseBy, chosen, firstChoice } from '../../../src/views/ink/parts/choice.ts';
import { countdown, duration, when } from '../../../src/views/ink/parts/moments.ts';
import { atTop, following, measured, scrolledBy } from '../../../src/views/ink/parts/scroll.ts';
import { edited, emptyField, fieldWith, inserted, type TextField } from '../../../src/views/ink/parts/text-field.ts';
import { typedKeys } from '../../../src/views/ink/terminal/key.ts';
import { themeFor } from '../../../src/views/ink/theme.ts';

const key = (name: string) => ({ name, text: name.length === 1 ? name : '' });
const pressing = (field: TextField, ...names: readonly string[]): TextField =>
  names.reduce((now, name) => edited(now, key(name)) ?? now, field);

describe('a text field', () => {
  test('edits where the cursor stands', () => {
    expect(pressing(fieldWith('abc'), 'left', 'x')).toEqual({ before: 'abx', after: 'c' });
    expect(pressing(fieldWith('abc'), 'home', 'delete', 'end', 'backspace')).toEqual({ before: 'b', after: '' });
    expect(pressing(fieldWith('one two'), 'ctrl-w', 'ctrl-u')).toEqual(emptyField);
    expect(pressing(fieldWith('one two'), 'alt-b')).toEqual({ before: 'one ', after: 'two' });
  });
  test('takes back one letter as people see it', () => {
    expect(pressing(fieldWith('a👩‍🚀'), 'backspace')).toEqual(fieldWith('a'));
  });
  test('keeps control characters and line ends out', () => {
    expect(inserted(emptyField, 'a\r\nb\u{1b}[31mc')).toEqual(fieldWith('ab[31mc'));
  });
  test('leaves keys that do not edit to others', () => {
    expect(edited(emptyField, key('enter'))).toBeUndefined();
  });
});

describe('a list', () => {
  const titles = ['Go on', 'Look again', 'Leave', ...Array.from({ length: 9 }, (_, n) => `More ${n}`)];
  const go = (text: string, letters = true) =>
    typedKeys(text).reduce((choice, one) => chooseBy(choice, one, titles, { letters }) ?? choice, firstChoice).selected;
  test('is chosen from by arrows, around its ends', () => {
    expect(chooseBy(firstChoice, key('up'), titles, { letters: true })).toEqual(chosen(11));
    expect(chooseBy(chosen(11), key('down'), titles, { letters: true })).toEqual(chosen(0));
  });
  test('by number, of two digits too, and by how a title begins', () => {
    expect(go('2')).toBe(1);
    expect(go('12')).toBe(11);
    expect(go('le')).toBe(2);
    expect(go('xl')).toBe(1);
  });
  test('not by letters where letters are keys', () => {
    expect(chooseBy(firstChoice, key('l'), titles, { letters: false })).toBeUndefined();
  });
});

describe('a scrolled area', () => {
  const content = (rows: number, focus?: { top: number; bottom: number }) => ({ content: rows, height: 10, focus });
  test('goes no further than its end', () => {
    const long = measured(atTop, content(25));
    expect(long.most).toBe(15);
    expect(scrolledBy(scrolledBy(long, 'page-down') ?? long, 'page-down')?.offset).toBe(15);
    expect(measured({ ...long, offset: 15 }, content(12)).offset).toBe(2);
  });
  test('keeps the focused row in view where it follows', () => {
    expect(measured(following(atTop), content(25, { top: 18, bottom: 20 })).offset).toBe(10);
    expect(measured(atTop, content(25, { top: 18, bottom: 20 })).offset).toBe(0);
  });
  test('is the same value where nothing changed, so that nothing is drawn again', () => {
    const scroll = measured(atTop, content(25));
    expect(measured(scroll, content(25))).toBe(scroll);
    // Also with a row that is higher than the area: its beginning is shown.
    const high = content(25, { top: 3, bottom: 20 });
    const once = measured(following(atTop), high);
    expect(once.offset).toBe(3);
    expect(measured(once, high)).toBe(once);
  });
});

describe('the key table', () => {
  test('Ctrl-C always works, another key only where it is active', () => {
    const active: readonly ActiveKey[] = ['enter', { key: 'back', says: 'back, nothing is changed' }];
    expect(pressed(key('ctrl-c'), active)).toBe('leave');
    expect(pressed(key('escape'), active)).toBe('back');
    expect(pressed(key('u'), active)).toBeUndefined();
  });
  test('explains every key', () => {
    for (const row of Object.values(keys)) expect(row.explains).not.toBe('');
  });
});

describe('the theme', () => {
  test('names no colour where none is wanted', () => {
    expect(themeFor({ NO_COLOR: '1', LANG: 'C.UTF-8' }).good).toBeUndefined();
    expect(themeFor({ LANG: 'C.UTF-8' }, true).good).toBeUndefined();
    expect(themeFor({ NO_COLOR: '', LANG: 'C.UTF-8' }).good).toBe('green');
  });
  test.each([
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'de_DE.utf8' }, false],
    [{ LANG: 'C.UTF-8', TERM: 'linux' }, true],
    [{}, true],
  ])('signs for %o', (env, isAscii) => {
    expect(themeFor(env).glyphs.isAscii).toBe(isAscii);
  });
});

describe('moments', () => {
  test('a countdown keeps its width', () => {
    expect(countdown(125_000)).toBe('02:05');
    expect(countdown(3_725_000)).toBe('1:02:05');
    expect(countdown(-1)).toBe('00:00');
  });
  test('an older one says its day', () => {
    const now = new Date('2026-11-23T03:14:00Z');
    expect(when(new Date('2026-11-23T02:31:00Z'), now)).toMatch(/^02:31 UTC.*43 min ago$/);
    expect(when(new Date('2026-11-20T02:31:00Z'), now)).toMatch(/^2026-11-20 02:31 UTC.*3 days ago$/);
    expect(duration('PT2M')).toBe('2 min');
  });
});
