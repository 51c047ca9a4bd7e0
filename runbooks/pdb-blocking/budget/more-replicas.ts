import { byHand } from '../../../src/core/by-hand.ts';
import { leastOf, mostOf } from '../../../src/core/kubernetes/autoscaling.ts';
import { allowedOf, leastMovable } from '../../../src/core/kubernetes/budget.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { besideKeeper, keptElsewhere } from '../keeper.ts';
import { noRoomFor } from '../room.ts';
import type { PdbView } from '../view.ts';
import { specOf } from './budget-sum.ts';

/** Without an autoscaler nothing limits the count; beyond this nobody scales for a drain. */
const mostWithoutScaler = 1000;

/**
 * As many pods as it takes for one to be allowed to go. Where an autoscaler owns the count its minimum is raised: what is written into the
 * Deployment beside it is undone.
 */
export function moreReplicas(
  view: PdbView,
  deployment: KubernetesObject,
  budget: KubernetesObject,
): readonly [Remedy] | readonly [] {
  const [scaler, ...others] = view.scalers();
  const { namespace } = view;
  const most = scaler ? mostOf(scaler) : mostWithoutScaler;
  // An autoscaler's minimum may be too low while more pods than that run.
  const leastFrom = (scaler ? leastOf(scaler) : view.wanted) + 1;
  const count = leastMovable(specOf(budget), leastFrom, Math.max(most, view.wanted + mostWithoutScaler));
  if (count === undefined) return [];
  const goes = `then ${allowedOf(specOf(budget), count)} may go`;
  if (scaler) {
    const name = scaler.metadata.name;
    const isOver = count > most;
    const commands = besideKeeper(scaler, [
      `kubectl -n ${namespace} patch hpa ${name} --type merge -p '${JSON.stringify({ spec: { minReplicas: count, ...(isOver ? { maxReplicas: count } : {}) } })}'`,
    ]);
    const title = `Raise the minimum of HorizontalPodAutoscaler ${name} from ${leastOf(scaler)} to ${count}: ${goes}`;
    if (isOver)
      return [byHand({ id: 'raise-autoscaler-limits', title: `${title}; its maximum of ${most} too`, commands })];
    return [
      {
        id: 'raise-autoscaler-minimum',
        title,
        risk: 'low',
        automatic: 'yes',
        commands,
        changes: [patchOf(scaler, [{ path: ['spec', 'minReplicas'], to: count }])],
        undo: 'Puts the minimum back as it was; the autoscaler then takes the pods away again.',
        reversible: true,
        blockedBy:
          others.length > 0
            ? `${others.length + 1} autoscalers scale ${deployment.metadata.name}: which one is meant is for a person to say`
            : (keptElsewhere(scaler) ?? noRoomFor(view, count - view.wanted)),
        healsWithin: 120,
      },
    ];
  }
  return [
    {
      id: 'run-more-replicas',
      title: `Run ${count} replicas of ${deployment.metadata.name} instead of ${view.wanted}: ${goes}`,
      risk: 'low',
      automatic: 'yes',
      commands: besideKeeper(deployment, [
        `kubectl -n ${namespace} scale deployment ${deployment.metadata.name} --replicas ${count}`,
      ]),
      changes: [patchOf(deployment, [{ path: ['spec', 'replicas'], to: count }])],
      undo: `Scales back to ${view.wanted}.`,
      reversible: true,
      blockedBy: keptElsewhere(deployment) ?? noRoomFor(view, count - view.wanted),
      healsWithin: 120,
    },
  ];
}
