import type { Fetched, Unread } from '../fetched.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { EvictionAnswer } from '../look-answers.ts';
import { type DrainPlan, longName, onlyOurs } from './drain-plan.ts';

/** Why one pod of a drain would not go, before anything is done. */
export type Hindrance = {
  readonly pod: KubernetesObject;
  readonly because: string;
  /** The right that is missing. */
  readonly needs?: string;
};

/** What an eviction that was tried says of the real one; undefined where nothing stands in its way. */
export function hindranceOf(pod: KubernetesObject, tried: Fetched<EvictionAnswer>): Hindrance | undefined {
  if (!tried.ok) return notSeen(pod, tried);
  const { code, causes, message } = tried.value;
  if (code < 300) return undefined;
  const budget = causes.find(({ reason }) => reason === 'DisruptionBudget');
  return { pod, because: budget ? `held by its budget: ${budget.message}` : message };
}

/** Where it cannot be looked at, a drain would be blind; one that is gone by itself is in nobody's way. */
export const notSeen = (pod: KubernetesObject, { why, detail, needs }: Unread): Hindrance | undefined =>
  why === 'not-found' ? undefined : { pod, because: detail, ...(needs === undefined ? {} : { needs }) };

const mostTold = 10;

/** All that stands in the way, in the order of the evictions; others' budgets are theirs, so nothing is forced. */
export function notDrained(
  { node, evict, scope }: DrainPlan,
  found: readonly Hindrance[],
): { readonly because: string; readonly next: readonly string[] } {
  const inOrder = found.toSorted((a, b) => evict.indexOf(a.pod) - evict.indexOf(b.pod));
  const told = inOrder.slice(0, mostTold).map(({ pod, because }) => `${longName(pod)}: ${withStop(because)}`);
  const more = found.length > mostTold ? [`And ${found.length - mostTold} more.`] : [];
  const rights = [...new Set(inOrder.flatMap(({ needs }) => needs ?? []))];
  const count = `${found.length} of ${evict.length} evictions would be refused`;
  return {
    because: [`Not drained: on ${node.metadata.name} ${count}.`, ...told, ...more, 'Nothing was changed.'].join(' '),
    next: [
      ...rights.slice(0, mostTold).map((right) => `The right that is missing: ${right}`),
      ...(scope === 'whole-node' ? [onlyOurs] : []),
    ],
  };
}

const withStop = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
