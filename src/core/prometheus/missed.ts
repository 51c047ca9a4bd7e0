import { at } from '../kubernetes/field.ts';
import { lastTouched } from '../kubernetes/last-touched.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { LogLine } from '../look-answers.ts';

/** What prometheus-operator writes where it hears of a change in a namespace that it has not heard of yet (seen with 0.85). */
export const missedPhrase = 'get namespace to enqueue Prometheus';

/** The clocks of the API server and of the node need not agree to the second. */
const skewMs = 5_000;

/**
 * When somebody last changed what the operator goes by: spec and labels. Annotations alone do not move it (seen with 0.85), nor does its own
 * status.
 */
export function lastChange(monitor: KubernetesObject): Date | undefined {
  const { managedFields = [], ...metadata } = monitor.metadata;
  const counted = managedFields.filter((entry) => {
    const fields = at(entry, 'fieldsV1');
    return (
      fields === undefined || at(fields, 'f:spec') !== undefined || at(fields, 'f:metadata.f:labels') !== undefined
    );
  });
  return lastTouched([{ ...monitor, metadata: { ...metadata, managedFields: counted } }]);
}

/**
 * The line that tells that a change in `namespace`, made at `since`, was let go by. The operator has a part for Prometheus objects and one
 * for agents, which hear by themselves: what one of them let go by, the other may have taken.
 */
export function missedLine(
  lines: readonly LogLine[],
  {
    namespace,
    since,
    prometheus,
  }: { readonly namespace: string; readonly since: Date; readonly prometheus: KubernetesObject },
): LogLine | undefined {
  const isAgent = prometheus.kind === 'PrometheusAgent';
  return lines.find(
    ({ time, text }) =>
      text.includes(missedPhrase) &&
      text.includes('prometheusagent-controller') === isAgent &&
      // The message is quoted as a whole, so its own quotes may stand behind backslashes.
      text.replaceAll('\\', '').includes(`namespace "${namespace}" does not exist`) &&
      Date.parse(time) >= since.getTime() - skewMs,
  );
}
