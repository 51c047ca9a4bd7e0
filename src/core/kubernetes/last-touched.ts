import { timeAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

/** When somebody last changed one of these; controllers' statuses do not count. */
export function lastTouched(objects: readonly KubernetesObject[]): Date | undefined {
  const moments = objects.flatMap((object) => [
    timeAt(object, 'metadata.creationTimestamp'),
    ...(object.metadata.managedFields ?? [])
      .filter(({ subresource }) => !subresource)
      .map((fields) => timeAt(fields, 'time')),
  ]);
  return moments.reduce(
    (latest, moment) => (moment && (!latest || moment > latest) ? moment : latest),
    undefined as Date | undefined,
  );
}
