import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { podsOf } from '../../../src/core/kubernetes/budget.ts';
import { type Condition, condition } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { besideKeeper, keptElsewhere } from '../keeper.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { changedAt, countedWithinMs } from './budget-changed.ts';
import { rulePath, sawRefusals, specOf } from './budget-sum.ts';

export const pdbSyncFailed: Cause<PdbView> = {
  code: 'pdb-sync-failed',
  title: 'The budget cannot be counted: something it selects has no scale',
  severity: 'error',
  owner: 'operator',
  // Without a count there is no observedGeneration either, so evictions are told to wait for ever (seen).
  explains: ['pdb-status-stale'],
  look(view) {
    if (!view.deployment) return clear();
    for (const budget of view.budgets()) {
      const failed = condition(budget, 'DisruptionAllowed');
      if (failed?.reason !== 'SyncFailed') continue;
      const { minAvailable, maxUnavailable } = specOf(budget);
      const { wanted } = view;
      const keep = Math.max(
        1,
        maxUnavailable === undefined || maxUnavailable === null
          ? (podsOf(minAvailable, wanted) ?? 1)
          : wanted - (podsOf(maxUnavailable, wanted) ?? 1),
      );
      const { name } = budget.metadata;
      const patch = JSON.stringify({ spec: { minAvailable: keep, maxUnavailable: null } });
      const blockedBy = keptElsewhere(budget);
      return found({
        object: refTo(budget),
        because: `${name} is never counted, so no eviction gets through: ${quote(failed.message)}`,
        confidence: 'confirmed',
        evidence: [
          sawCondition(budget, failed),
          saw(budget, rulePath(budget), 'a whole number in minAvailable'),
          ...sawRefusals(view),
        ],
        remedies: [
          byHand({
            id: 'keep-a-number-of-pods',
            title: `Have ${name} keep a whole number of pods (minAvailable ${keep}): that needs no scale`,
            risk: 'low',
            commands: besideKeeper(budget, [
              `kubectl -n ${view.namespace} patch pdb ${name} --type merge -p '${patch}'`,
            ]),
            ...(blockedBy === null ? {} : { blockedBy }),
          }),
          byHand({
            id: 'select-scalable-pods-only',
            title: `Or have ${name} select the pods of ${view.deployment.metadata.name} only`,
            risk: 'low',
            commands: [
              `kubectl -n ${view.namespace} get pods --show-labels -o wide`,
              `kubectl -n ${view.namespace} edit pdb ${name}`,
            ],
          }),
        ],
        ...(isOfEarlierRule(budget, failed, view.sight.now)
          ? {
              waiting: {
                for: `the control plane to count PodDisruptionBudget ${name} by its new rule`,
                since: changedAt(budget),
                normallyUpTo: 'PT30S',
                nextTryAt: null,
              },
            }
          : {}),
      });
    }
    return clear();
  },
};

/**
 * Whether the failure was said before the budget was changed, and may be mended by that. It has no generation of its own: a budget that was
 * never counted has none to give it.
 */
function isOfEarlierRule(budget: KubernetesObject, failed: Condition, now: Date): boolean {
  const said = (budget.metadata.managedFields ?? []).map(({ subresource, time = '' }) =>
    subresource === 'status' ? Date.parse(time) || 0 : 0,
  );
  const changed = changedAt(budget).getTime();
  const last = Math.max(failed.lastTransitionTime?.getTime() ?? 0, ...said);
  return last < changed && now.getTime() - changed < countedWithinMs;
}
