/** What a page is as Prometheus' text format (text/plain; version=0.0.4), or what is wrong with it. */
export type Exposition =
  | { readonly is: 'exposition'; readonly samples: number; readonly names: readonly string[] }
  | { readonly is: 'other'; readonly error: string };

const labels = String.raw`\{\s*(?:[a-zA-Z_][a-zA-Z0-9_]*\s*=\s*"(?:[^"\\\n]|\\["\\n])*"\s*,?\s*)*\}`;
const sample = new RegExp(
  String.raw`^[a-zA-Z_:][a-zA-Z0-9_:]*\s*(?:${labels})?\s+(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|[+-]?Inf)(?:\s+-?\d+)?$`,
);
const types = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];

/** Reads every line. The errors are Prometheus' own words where they are known (model/textparse, seen with 3.13). */
export function expositionOf(text: string): Exposition {
  let samples = 0;
  const names = new Set<string>();
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '') continue;
    const type = /^#\s*TYPE\s+\S+\s+(\S+)$/.exec(line)?.[1];
    if (type !== undefined && !types.includes(type)) return { is: 'other', error: `invalid metric type "${type}"` };
    if (line.startsWith('#')) continue;
    if (!sample.test(line)) {
      const first = line[0] ?? '';
      return {
        is: 'other',
        error: `expected a valid start token, got ${JSON.stringify(first)} ("INVALID") while parsing: ${JSON.stringify(first)}`,
      };
    }
    samples += 1;
    names.add(/^[a-zA-Z0-9_:]+/.exec(line)?.[0] ?? '');
  }
  return { is: 'exposition', samples, names: [...names].sort() };
}
