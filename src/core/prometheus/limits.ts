import { numberAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';

type Scrape = { readonly targets: number; readonly samples: number; readonly bytes: number };

/** The limit that a scrape exceeds, in Prometheus' words; undefined where it keeps within all of them. */
export function limitError(
  monitor: KubernetesObject,
  prometheus: KubernetesObject,
  { targets, samples, bytes }: Scrape,
): string | undefined {
  const most = (name: string) => limitOf(monitor, prometheus, name, numberAt);
  const mostTargets = most('targetLimit');
  if (mostTargets !== undefined && targets > mostTargets)
    return `target_limit exceeded (number of targets: ${targets}, limit: ${mostTargets})`;
  const mostBytes = limitOf(monitor, prometheus, 'bodySizeLimit', (object, path) => bytesOf(textAt(object, path)));
  if (mostBytes !== undefined && bytes >= mostBytes) return 'body size limit exceeded';
  const mostSamples = most('sampleLimit');
  return mostSamples !== undefined && samples > mostSamples ? 'sample limit exceeded' : undefined;
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
