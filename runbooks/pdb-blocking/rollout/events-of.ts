import { numberAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { PdbView } from '../view.ts';

/**
 * The events about an object, the latest first; none where events may not be read. They are gone after an hour and may be left out at any
 * time, so they say more about what is proved otherwise, and prove nothing by their absence.
 */
export function eventsOf(
  view: PdbView,
  about: KubernetesObject,
  ...reasons: readonly string[]
): readonly KubernetesObject[] {
  const all = view.sight.tryList(kinds.Event, view.namespace);
  if (!all.ok) return [];
  const { name, uid } = about.metadata;
  return all.value
    .filter(
      (event) =>
        textAt(event, 'involvedObject.kind') === about.kind &&
        textAt(event, 'involvedObject.name') === name &&
        [undefined, '', uid].includes(textAt(event, 'involvedObject.uid')) &&
        (reasons.length === 0 || reasons.includes(textAt(event, 'reason') ?? '')),
    )
    .toSorted((a, b) => momentOf(b) - momentOf(a));
}

/** When an event happened last: two generations of the API write it into different fields. */
export const momentOf = (event: KubernetesObject): number =>
  (
    timeAt(event, 'series.lastObservedTime') ??
    timeAt(event, 'lastTimestamp') ??
    timeAt(event, 'eventTime') ??
    timeAt(event, 'metadata.creationTimestamp')
  )?.getTime() ?? 0;

/** How often it happened. */
export const countOf = (event: KubernetesObject): number =>
  numberAt(event, 'series.count') ?? numberAt(event, 'count') ?? 1;
