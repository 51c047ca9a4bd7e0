import { byHand } from '../../../src/core/by-hand.ts';
import { allowedOf } from '../../../src/core/kubernetes/budget.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { besideKeeper, keptElsewhere } from '../keeper.ts';
import type { PdbView } from '../view.ts';

type Rule = { readonly minAvailable: number | null; readonly maxUnavailable: number | null };

/** Another rule for a budget: how much may be missing is for the service's owner to say, so it is shown, with what it would come to. */
export function changeRule(
  view: PdbView,
  budget: KubernetesObject,
  { id, rule, words }: { readonly id: string; readonly rule: Rule; readonly words: string },
): Remedy {
  const { name } = budget.metadata;
  const blockedBy = keptElsewhere(budget);
  return byHand({
    id,
    title: `Have ${name} ${words}: of ${view.wanted} pods ${allowedOf(rule, view.wanted)} may go then`,
    risk: 'medium',
    commands: besideKeeper(budget, [
      `kubectl -n ${view.namespace} patch pdb ${name} --type merge -p '${JSON.stringify({ spec: rule })}'`,
    ]),
    ...(blockedBy === null ? {} : { blockedBy }),
  });
}
