import { type Labels, relabeled, ruleOf } from '../../../src/core/kubernetes/relabeling.ts';

/** A line of metrics text: the name, and the labels in their braces. */
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+\S+/;

/**
 * Replays metric relabelings over the samples of a page, as far as it was kept: `leaves-some`, the place of the rule that drops the last
 * of them, or undefined where that cannot be told.
 */
export function dropsOf(written: readonly unknown[], page: string, target: Labels): 'leaves-some' | number | undefined {
  const rules = written.map(ruleOf);
  // The page is cut at a length: its last line may be half a sample.
  const samples = page
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => sampleOf(line, target));
  const fates = samples.map((labels) => relabeled(labels, rules));
  if (fates.length === 0 || fates.some(({ kept }) => kept === 'unsure')) return undefined;
  if (fates.some((fate) => fate.kept === true && Object.keys(fate.labels).length > 0)) return 'leaves-some';
  return Math.max(...fates.map((fate) => (fate.kept === true ? -1 : fate.by)));
}

function sampleOf(line: string, target: Labels): readonly Labels[] {
  const found = sampleLine.exec(line);
  if (!found || line.startsWith('#')) return [];
  const own = [...(found[2] ?? '').matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  return [{ ...target, ...Object.fromEntries(own), __name__: found[1] ?? '' }];
}
