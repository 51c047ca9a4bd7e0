import type { Fetched } from '../../src/core/fetched.ts';
import { lastTouched } from '../../src/core/kubernetes/last-touched.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { InsideLook } from '../../src/core/look.ts';
import type { ScrapePoolAnswer } from '../../src/core/look-answers.ts';
import { addressOf, jobPrefixOf } from '../../src/core/prometheus/address.ts';
import type { Sight } from '../../src/core/sight.ts';

/** From an apply to a loaded job: the operator, the Secret's way into the pod (up to 90 s), the reload. */
const loadedWithinMs = 3 * 60_000;

export type JobsLook = Extract<InsideLook, { at: 'scrape-jobs' }>;

export const jobsLookOf = (
  monitor: KubernetesObject | undefined,
  prometheus: KubernetesObject | undefined,
): JobsLook => ({
  at: 'scrape-jobs',
  namespace: prometheus?.metadata.namespace ?? '',
  prometheus: prometheus?.metadata.name ?? '',
  prefix: monitor ? jobPrefixOf(monitor) : '',
});

/** Whether the configuration that the operator wrote has our job. */
export function configOf(
  sight: Sight,
  monitor: KubernetesObject | undefined,
  prometheus: KubernetesObject | undefined,
  pools: readonly Fetched<ScrapePoolAnswer>[],
): 'present' | 'absent' | 'unknown' {
  if (!monitor || !prometheus) return 'absent';
  const jobs = sight.try(jobsLookOf(monitor, prometheus));
  if (jobs.ok) return jobs.value > 0 ? 'present' : 'absent';
  if (pools.some((pool) => pool.ok && pool.value.known)) return 'present';
  // Prometheus without the pool: not written, or not loaded. It would have been loaded by now, if reloads go well.
  const runtime = sight.try({ at: 'prometheus-runtime', prometheus: addressOf(prometheus) });
  const unloaded = pools.length > 0 && pools.every((pool) => pool.ok && !pool.value.known);
  const touched = lastTouched([monitor, prometheus]);
  const isLong = touched !== undefined && sight.now.getTime() - touched.getTime() > loadedWithinMs;
  return unloaded && isLong && runtime.ok && runtime.value.reloaded ? 'absent' : 'unknown';
}
