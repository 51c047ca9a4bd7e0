import { listAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { millisecondsOf } from './durations.ts';

/** A reason for which the operator would leave out the whole ServiceMonitor, in its own words. */
export type Rejection = { readonly path: string; readonly text: string };

/** What the operator checks in a ServiceMonitor before it takes it, as far as the two objects tell (pkg/prometheus/resource_selector.go). */
export function rejectionOf(monitor: KubernetesObject, prometheus: KubernetesObject): Rejection | undefined {
  for (const [place, endpoint] of listAt(monitor, 'spec.endpoints').entries()) {
    const found = timeoutOf(endpoint, prometheus);
    if (found) return { path: `spec.endpoints.${place}.${found.path}`, text: `endpoints[${place}]: ${found.text}` };
  }
  return undefined;
}

/** A timeout is held against the endpoint's interval, and where it has none against the Prometheus object's (seen). */
function timeoutOf(endpoint: unknown, prometheus: KubernetesObject): Rejection | undefined {
  const timeout = textAt(endpoint, 'scrapeTimeout');
  if (!timeout) return undefined;
  const interval = textAt(endpoint, 'interval') || textAt(prometheus, 'spec.scrapeInterval') || '30s';
  const [long, short] = [millisecondsOf(timeout), millisecondsOf(interval)];
  return long !== undefined && short !== undefined && long > short
    ? { path: 'scrapeTimeout', text: `scrapeTimeout "${timeout}" greater than scrapeInterval "${interval}"` }
    : undefined;
}
