import { timeAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { type Controller, idle, joined, later } from './turn.ts';

/** kube-apiserver, --event-ttl. */
const lifeSeconds = 3600;

/**
 * Takes the recorded events of a story away an hour after they last happened, as the API server does; what was older at the loading stays
 * with it. Events of these controllers stay: no practice lasts an hour by its own clock.
 */
export const eventExpiry: Controller = {
  name: 'event-ttl',
  reconcile: (view) =>
    joined(
      view.of(kinds.Event).map((event) => {
        const over = expiryOf(event);
        const told = timeAt(event, 'metadata.creationTimestamp');
        if (!over || !told || over <= view.loadedAt || told >= view.loadedAt) return idle;
        return over > view.now ? { writes: [], due: over } : { writes: [{ do: 'end', object: event }] };
      }),
    ),
};

function expiryOf(event: KubernetesObject): Date | undefined {
  const last =
    timeAt(event, 'series.lastObservedTime') ??
    timeAt(event, 'lastTimestamp') ??
    timeAt(event, 'metadata.creationTimestamp');
  return last && later(last, lifeSeconds);
}
