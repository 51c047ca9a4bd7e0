import type { Key } from '../terminal/key.ts';

/** Which of a list is chosen, and what was typed to get there. */
export type Choice = { readonly selected: number; readonly typed: string };

export const firstChoice: Choice = { selected: 0, typed: '' };
export const chosen = (selected: number): Choice => ({ selected: Math.max(0, selected), typed: '' });

/**
 * The choice after a key, or undefined where the key does not choose. By arrows; by number; and, where letters are not keys of the
 * screen, by the beginning of a title.
 */
export function chooseBy(
  choice: Choice,
  key: Key,
  titles: readonly string[],
  by: { readonly letters: boolean },
): Choice | undefined {
  if (titles.length === 0) return undefined;
  if (key.name === 'up' || key.name === 'down') {
    const step = key.name === 'up' ? -1 : 1;
    return chosen((choice.selected + step + titles.length) % titles.length);
  }
  if (key.text === '' || (!by.letters && !/^\d$/.test(key.text))) return undefined;
  return byTyping(choice.typed + key.text, titles) ?? byTyping(key.text, titles);
}

function byTyping(typed: string, titles: readonly string[]): Choice | undefined {
  const number = /^\d+$/.test(typed) ? Number(typed) : 0;
  if (number >= 1 && number <= titles.length) return { selected: number - 1, typed };
  const place = titles.findIndex((title) => title.toLowerCase().startsWith(typed.toLowerCase()));
  return place < 0 ? undefined : { selected: place, typed };
}
