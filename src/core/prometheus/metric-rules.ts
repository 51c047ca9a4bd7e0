import { type Labels, type Relabeled, relabeled, ruleOf } from '../kubernetes/relabeling.ts';

/** A line of metrics text: the name, and the labels in their braces. */
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+\S+/;

/**
 * Replays metric relabelings over the samples of a page, as far as it was kept: `leaves-some`, the place of the rule that drops the last
 * of them, or undefined where that cannot be told.
 */
export function dropsOf(written: readonly unknown[], page: string, target: Labels): 'leaves-some' | number | undefined {
  const fates = fatesOf(written, page, target);
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

/** The samples of a whole page that are left, how many, and whether one of them has no name any more, which fails the scrape. */
export function keptOf(
  page: string,
  written: readonly unknown[],
  target: Labels,
): { readonly kept: number; readonly samples: readonly Labels[]; readonly isNameless: boolean } {
  const fates = fatesOf(written, page, target);
  // Without any label left, a sample counts as dropped.
  const left = fates.flatMap((fate) =>
    fate.kept === true && Object.keys(fate.labels).length > 0 ? [fate.labels] : [],
  );
  const unsure = fates.filter(({ kept }) => kept === 'unsure').length;
  return {
    kept: left.length + unsure,
    samples: left,
    isNameless: left.some((labels) => labels['__name__'] === undefined),
  };
}

function fatesOf(written: readonly unknown[], page: string, target: Labels): readonly Relabeled[] {
  const rules = written.map(ruleOf);
  // The page may be cut at a length: then its last line is half a sample.
  const samples = page
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => sampleOf(line, target));
  return samples.map((labels) => relabeled(labels, rules));
}
