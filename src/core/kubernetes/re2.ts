import { runsAway } from './runs-away.ts';

/**
 * A regular expression as Prometheus takes it: RE2, anchored at both ends, the dot matching newlines too (model/relabel, NewRegexp).
 * `invalid`: RE2 refuses it. `unsure`: RE2 may take it, but it cannot be said in this language, or not be tried without running away.
 */
export function anchored(text: string): RegExp | 'invalid' | 'unsure' {
  // RE2 knows neither looking around nor back-references, and takes no quantifier twice.
  if (/\(\?<?[=!]/.test(text) || /(?<!\\)(?:\\\\)*\\[1-9]/.test(text)) return 'invalid';
  if (runsAway(text)) return 'unsure';
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(text) ?? [];
  // Flags in the middle, classes by Unicode property, and quoting have no counterpart that every Node.js knows.
  if (/\(\?[imsU-]+[:)]/.test(rest) || /\\[pPQEzAC]/.test(rest)) return 'unsure';
  const translated = rest
    .replaceAll('(?P<', '(?<')
    .replaceAll(/\[:(\^?)(\w+):\]/g, (whole, not: string, name: string) => (not ? whole : (classes[name] ?? whole)));
  if (/\[:\^?\w+:\]/.test(translated)) return 'unsure';
  try {
    return new RegExp(`^(?:${translated})$`, `s${flags.includes('i') ? 'i' : ''}`);
  } catch {
    return 'invalid';
  }
}

const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\t\\n\\v\\f\\r ',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

/** Puts what was matched into a template: `$1`, `${name}`, `$$` (Go, regexp.Expand: the longest name counts, an unknown one is empty). */
export function expand(template: string, matched: RegExpExecArray): string {
  return template.replaceAll(
    /\$(?:\$|\{(\w+)\}|(\w+))/g,
    (whole: string, braced: string | undefined, plain: string | undefined) => {
      const name = braced ?? plain;
      if (name === undefined) return whole === '$$' ? '$' : whole;
      return (/^\d+$/.test(name) ? matched[Number(name)] : matched.groups?.[name]) ?? '';
    },
  );
}
