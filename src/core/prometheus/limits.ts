import { at, numberAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { Labels } from '../kubernetes/relabeling.ts';
import { mostBucketsIn } from './buckets.ts';
import { labelLimitError } from './label-limits.ts';

type Scrape = {
  readonly targets: number;
  /** Those of the samples that are left whose labels are known; and how many are left in all. */
  readonly samples: readonly Labels[];
  readonly kept: number;
  readonly page: string;
};

/** The limit that a scrape exceeds, in Prometheus' words; undefined where it keeps within all of them. */
export function limitError(
  monitor: KubernetesObject,
  prometheus: KubernetesObject,
  { targets, samples, kept, page }: Scrape,
): string | undefined {
  const most = (name: string) => limitOf(monitor, prometheus, name, numberAt);
  const mostTargets = most('targetLimit');
  if (mostTargets !== undefined && targets > mostTargets)
    return `target_limit exceeded (number of targets: ${targets}, limit: ${mostTargets})`;
  const mostBytes = limitOf(monitor, prometheus, 'bodySizeLimit', (object, path) => bytesOf(textAt(object, path)));
  if (mostBytes !== undefined && page.length >= mostBytes) return 'body size limit exceeded';
  // A label ends the scrape where it stands; how many samples there are is told at its end.
  const ofLabels = labelLimitError(samples, {
    labels: most('labelLimit'),
    nameLength: most('labelNameLengthLimit'),
    valueLength: most('labelValueLengthLimit'),
  });
  if (ofLabels !== undefined) return ofLabels;
  const mostSamples = most('sampleLimit');
  if (mostSamples !== undefined && kept > mostSamples) return 'sample limit exceeded';
  const mostBuckets = most('nativeHistogramBucketLimit');
  const isConverted = at(monitor, 'spec.convertClassicHistogramsToNHCB') === true;
  return mostBuckets !== undefined && isConverted && mostBucketsIn(page) > mostBuckets
    ? 'histogram bucket limit exceeded'
    : undefined;
}

/** As the operator works it out: what the Prometheus object enforces holds over a higher one of the monitor, and where it has none. */
function limitOf(
  monitor: KubernetesObject,
  prometheus: KubernetesObject,
  name: string,
  read: (object: KubernetesObject, path: string) => number | undefined,
): number | undefined {
  const enforced = read(prometheus, `spec.enforced${name.slice(0, 1).toUpperCase()}${name.slice(1)}`);
  const own = read(monitor, `spec.${name}`) ?? read(prometheus, `spec.${name}`);
  const limits = [enforced, own].filter((limit) => limit !== undefined && limit > 0) as readonly number[];
  return limits.length > 0 ? Math.min(...limits) : undefined;
}

/** `10MB`, `512KB`: Prometheus counts in 1024s. */
function bytesOf(text: string | undefined): number | undefined {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)i?B$/.exec(text ?? '') ?? [];
  return count === undefined ? undefined : Number(count) * 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf(unit);
}
