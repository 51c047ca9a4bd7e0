import type { Labels } from '../kubernetes/relabeling.ts';

export type LabelLimits = {
  readonly labels: number | undefined;
  readonly nameLength: number | undefined;
  readonly valueLength: number | undefined;
};

/** The first sample, of those that are left, that has more labels or longer ones than is allowed: in Prometheus' words (scrape, verifyLabelLimits). */
export function labelLimitError(samples: readonly Labels[], limits: LabelLimits): string | undefined {
  for (const sample of samples) {
    const found = errorOf(sample, limits);
    if (found !== undefined) return found;
  }
  return undefined;
}

function errorOf(sample: Labels, { labels, nameLength, valueLength }: LabelLimits): string | undefined {
  const metric = short(sample['__name__'] ?? '');
  // An empty label is none.
  const own = Object.entries(sample)
    .filter(([, value]) => value !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (labels !== undefined && own.length > labels)
    return `label_limit exceeded (metric: ${metric}, number of labels: ${own.length}, limit: ${labels})`;
  for (const [name, value] of own) {
    const label = `metric: ${metric}, label name: ${short(name)}`;
    if (nameLength !== undefined && bytes(name) > nameLength)
      return `label_name_length_limit exceeded (${label}, length: ${bytes(name)}, limit: ${nameLength})`;
    if (valueLength !== undefined && bytes(value) > valueLength)
      return `label_value_length_limit exceeded (${label}, value: ${JSON.stringify(short(value))}, length: ${bytes(value)}, limit: ${valueLength})`;
  }
  return undefined;
}

const short = (text: string): string => text.slice(0, 50);
const bytes = (text: string): number => new TextEncoder().encode(text).length;
