import type { Matcher } from './route.ts';

/** One or several matchers as text, as `severity=~"critical|warning"` or `{a="b", c!=d}`. Undefined where it is none (alertmanager, pkg/labels/parse.go). */
export function matchersOf(text: string): readonly Matcher[] | undefined {
  const bare = text.trim().replace(/^\{/, '').replace(/\}$/, '');
  const all = partsOf(bare).map(matcherOf);
  return all.includes(undefined) ? undefined : (all as readonly Matcher[]);
}

/** Commas outside of quotes part them; what follows the last one may be nothing. */
function partsOf(text: string): readonly string[] {
  const parts = text.match(/(?:"(?:\\[\s\S]|[^"\\])*"|[^,"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

const form = /^("(?:\\[\s\S]|[^"\\])*"|[^\s"=!~,{}]+)\s*(=~|!=|!~|=)\s*("(?:\\[\s\S]|[^"\\])*"|[^"]*)$/;

function matcherOf(part: string): Matcher | undefined {
  const [, label = '', is = '', value = ''] = form.exec(part) ?? [];
  return is === '' ? undefined : { label: unquoted(label), is: is as Matcher['is'], value: unquoted(value) };
}

/** `\n`, `\"` and `\\`; a backslash before anything else stands for itself. */
const unquoted = (text: string): string =>
  (text.startsWith('"') ? text.slice(1, -1) : text).replaceAll(/\\([n"\\])/g, (_, escaped: string) =>
    escaped === 'n' ? '\n' : escaped,
  );
