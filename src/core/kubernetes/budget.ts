/** What a PodDisruptionBudget comes to for the pods it selects. */
export type Budget = {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
  readonly disruptionsAllowed: number;
};

/** `value` of `total`; shares round up, for minAvailable and maxUnavailable alike. undefined where it is neither. */
export function podsOf(value: unknown, total: number): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  const share = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return share === undefined ? undefined : Math.ceil((Number(share) * total) / 100);
}

/**
 * The disruption controller's own sum (kubernetes, pkg/controller/disruption/disruption.go). `matched` counts the pods that the selector
 * matches, `scale` is what their controllers want together; only an integer minAvailable counts pods instead of scales. Nothing is ever
 * allowed where no pod is expected.
 */
export function budgetOf(
  spec: { readonly minAvailable?: unknown; readonly maxUnavailable?: unknown },
  pods: { readonly matched: number; readonly scale: number; readonly healthy: number },
): Budget {
  const { expectedPods, desiredHealthy } = wanted(spec, pods);
  const spare = pods.healthy - desiredHealthy;
  return { expectedPods, desiredHealthy, disruptionsAllowed: expectedPods <= 0 || spare <= 0 ? 0 : spare };
}

type BudgetSpec = Parameters<typeof budgetOf>[0];

/** How many of `count` healthy pods of one workload may go. */
export const allowedOf = (spec: BudgetSpec, count: number): number =>
  budgetOf(spec, { matched: count, scale: count, healthy: count }).disruptionsAllowed;

/** The fewest pods, from `from` to `most`, of which one may go; undefined where it is none of them. */
export function leastMovable(spec: BudgetSpec, from: number, most: number): number | undefined {
  for (let count = from; count <= most; count += 1) if (allowedOf(spec, count) > 0) return count;
  return undefined;
}

function wanted(
  { minAvailable, maxUnavailable }: { readonly minAvailable?: unknown; readonly maxUnavailable?: unknown },
  { matched, scale }: { readonly matched: number; readonly scale: number },
): { readonly expectedPods: number; readonly desiredHealthy: number } {
  if (maxUnavailable !== undefined && maxUnavailable !== null) {
    return { expectedPods: scale, desiredHealthy: Math.max(0, scale - (podsOf(maxUnavailable, scale) ?? 0)) };
  }
  if (typeof minAvailable === 'string')
    return { expectedPods: scale, desiredHealthy: podsOf(minAvailable, scale) ?? 0 };
  return { expectedPods: matched, desiredHealthy: podsOf(minAvailable, matched) ?? 0 };
}
