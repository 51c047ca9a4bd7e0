import { byHand } from '../../../src/core/by-hand.ts';
import { utc } from '../../../src/core/durations.ts';
import { allowedOf } from '../../../src/core/kubernetes/budget.ts';
import { at } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { relaxedAnnotation, relaxedText } from '../../../src/core/kubernetes/relaxed.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { besideKeeper, keptElsewhere } from '../keeper.ts';
import type { PdbView } from '../view.ts';
import { specOf } from './budget-sum.ts';

const minutes = 15;

/**
 * A budget that keeps one pod less until the drain is through, and is then put back. Down to nothing it is not lowered by this tool: with
 * no pod kept, a drain may take the last one before another is ready.
 */
export function keepLessForAWhile(view: PdbView, budget: KubernetesObject): Remedy {
  const { name } = budget.metadata;
  const before = specOf(budget).minAvailable;
  const to = view.wanted - 1;
  const patch = (minAvailable: unknown): string =>
    `kubectl -n ${view.namespace} patch pdb ${name} --type merge -p '${JSON.stringify({ spec: { minAvailable } })}'`;
  const commands = besideKeeper(budget, [patch(to), `${patch(before)}   # once the drain is through`]);
  const blockedBy = keptElsewhere(budget);
  if (to < 1 || typeof before !== 'number')
    return byHand({
      id: 'keep-none-for-a-while',
      title: `Have ${name} keep ${to} for the time of the drain: the service is away until the pod runs elsewhere`,
      risk: 'high',
      commands,
      ...(blockedBy === null ? {} : { blockedBy }),
    });
  const until = new Date(view.sight.now.getTime() + minutes * 60_000);
  const note = relaxedText({ until, before: `minAvailable=${before}` });
  const hasAnnotations = at(budget, 'metadata.annotations') !== undefined;
  return {
    id: 'keep-less-for-a-while',
    title: `Let ${name} keep ${to} instead of ${before} for ${minutes} minutes: then ${allowedOf({ minAvailable: to }, view.wanted)} may go`,
    risk: 'medium',
    automatic: 'yes',
    commands,
    changes: [
      patchOf(budget, [
        { path: ['spec', 'minAvailable'], to },
        hasAnnotations
          ? { path: ['metadata', 'annotations', relaxedAnnotation], to: note }
          : { path: ['metadata', 'annotations'], to: { [relaxedAnnotation]: note } },
      ]),
    ],
    undo: `Puts ${before} back. It is put back at ${utc(until)} anyway while this tool stays open, else by its next command on this cluster.`,
    reversible: true,
    blockedBy,
    relaxUntil: until,
    healsWithin: 60,
  };
}
