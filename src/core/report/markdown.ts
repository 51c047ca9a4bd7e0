/**
 * Text from a cluster as Markdown shows it and not as Markdown reads it: whoever may write an object's message must not draw headings,
 * links or pictures into a report, or call people by name.
 */

/** In a sentence, on one line. */
export function inProse(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]#|~$]/g, '\\$&')
    .replaceAll(/:(?=\/\/)/g, '\\:')
    .replaceAll(/\bwww\./gi, 'www\\.')
    .replaceAll(/(?<!\w)@(?=\w)/g, '@\u2060')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/^[-+=>]/, '\\$&');
}

/** A value in code type. A fence longer than any in the text holds whatever it is. */
export function inCode(text: string): string {
  const line = oneLine(text);
  if (line === '') return '(empty)';
  const fence = '`'.repeat(longestRun(line) + 1);
  return line.startsWith('`') || line.endsWith('`') ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** Commands, a line each, as a block. */
export function inBlock(lines: readonly string[]): readonly string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [`${fence}sh`, ...lines, fence];
}

const longestRun = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
