/** So many lines of one text are drawn; a terminal is no place for more. */
export const mostLines = 300;

export type Excerpt = { readonly lines: readonly string[]; readonly left: number };

export const excerptOf = (lines: readonly string[]): Excerpt => ({
  lines: lines.slice(0, mostLines),
  left: Math.max(0, lines.length - mostLines),
});
