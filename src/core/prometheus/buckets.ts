/**
 * The most buckets that a classic histogram of a page has in use: as many as it has when it is converted to a native one
 * (convertClassicHistogramsToNHCB), which is held against a limit of its own.
 */
export function mostBucketsIn(page: string): number {
  const counts = new Map<string, { readonly le: number; readonly count: number }[]>();
  for (const line of page.split('\n')) {
    const [, name, labels = '', count] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)_bucket\{(.*)\}\s+(\S+)/.exec(line) ?? [];
    const le = /(?:^|,)\s*le="([^"]*)"/.exec(labels)?.[1];
    if (name === undefined || le === undefined) continue;
    const series = `${name}{${labels.replace(/(?:^|,)\s*le="[^"]*"/, '')}`;
    const bucket = { le: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count: Number(count) };
    counts.set(series, [...(counts.get(series) ?? []), bucket]);
  }
  return Math.max(0, ...[...counts.values()].map(inUse));
}

/** The counts of a page add up from the smallest bucket on: one that adds nothing is empty. */
const inUse = (buckets: readonly { readonly le: number; readonly count: number }[]): number =>
  buckets.toSorted((a, b) => a.le - b.le).filter(({ count }, place, sorted) => count > (sorted[place - 1]?.count ?? 0))
    .length;
