import { podsOf } from './budget.ts';
import { at, textAt } from './field.ts';

/** What a Deployment's strategy comes to in pods. */
export type Bounds = { readonly maxSurge: number; readonly maxUnavailable: number };

/** A surge rounds up, what may be missing rounds down; where both come to nothing one pod may be missing (ResolveFenceposts). */
export function boundsOf(deployment: unknown, wanted: number): Bounds {
  if (textAt(deployment, 'spec.strategy.type') === 'Recreate') return { maxSurge: 0, maxUnavailable: wanted };
  const maxSurge = podsOf(at(deployment, 'spec.strategy.rollingUpdate.maxSurge') ?? '25%', wanted) ?? 0;
  const missing = at(deployment, 'spec.strategy.rollingUpdate.maxUnavailable') ?? '25%';
  const share = typeof missing === 'string' ? /^(\d+)%$/.exec(missing)?.[1] : undefined;
  const given = typeof missing === 'number' && Number.isInteger(missing) ? missing : 0;
  const maxUnavailable = share === undefined ? given : Math.floor((Number(share) * wanted) / 100);
  return { maxSurge, maxUnavailable: maxSurge + maxUnavailable === 0 ? 1 : maxUnavailable };
}
