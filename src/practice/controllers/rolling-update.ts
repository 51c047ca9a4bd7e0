import type { Bounds } from '../../core/kubernetes/rollout-bounds.ts';

/** A ReplicaSet in numbers; old ones from the oldest on. */
export type Scale = { readonly name: string; readonly replicas: number; readonly available: number };

/** The next sizes in a rolling update, by name; empty when nothing may move now (kubernetes, pkg/controller/deployment/rolling.go). */
export function nextSizes(
  wanted: number,
  fresh: Scale,
  old: readonly Scale[],
  { maxSurge, maxUnavailable }: Bounds,
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  const total = old.reduce((sum, { replicas }) => sum + replicas, fresh.replicas);
  if (fresh.replicas > wanted) return sizes.set(fresh.name, wanted);
  const room = Math.min(wanted + maxSurge - total, wanted - fresh.replicas);
  if (room > 0) return sizes.set(fresh.name, fresh.replicas + room);

  const least = wanted - maxUnavailable;
  let mayGo = total - least - (fresh.replicas - fresh.available);
  if (mayGo <= 0) return sizes;
  // Those that are not available go first: they are no loss.
  const left = old.map(({ name, replicas, available }) => {
    const gone = Math.min(mayGo, Math.max(0, replicas - available));
    mayGo -= gone;
    return { name, before: replicas, replicas: replicas - gone };
  });
  for (const { name, before, replicas } of left) {
    const gone = Math.min(mayGo, replicas);
    mayGo -= gone;
    if (replicas - gone !== before) sizes.set(name, replicas - gone);
  }
  return sizes;
}
