import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { leastOf } from '../../../src/core/kubernetes/autoscaling.ts';
import { numberAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { asksForEvictions } from '../looks.ts';
import type { PdbView } from '../view.ts';
import { isReady } from '../workload.ts';
import { allowedNow, isCounted, ruleOf, sawRefusals, sawSum } from './budget-sum.ts';
import { keepLessForAWhile } from './keep-less-for-a-while.ts';
import { moreReplicas } from './more-replicas.ts';
import { whyNothingMayGo } from './why-nothing-may-go.ts';

export const pdbNoHeadroom: Cause<PdbView> = {
  code: 'pdb-no-headroom',
  title: 'There are no more pods than the budget wants to keep',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { deployment, wanted } = view;
    if (!deployment || !asksForEvictions(view)) return clear();
    const own = view.ownBudget();
    if (own && isCounted(own) && allowedNow(own) > 0)
      return clear(`${own.metadata.name} lets ${allowedNow(own)} of ${view.living().length} pods go`);
    const why = whyNothingMayGo(view);
    if (why?.by !== 'count' || !isCounted(why.budget) || !view.living().every(isReady)) return clear();
    const { budget, scaler } = why;
    const isBelow = scaler !== undefined && wanted < leastOf(scaler);
    return found({
      object: refTo(budget),
      because: `${deployment.metadata.name} runs ${wanted} ${wanted === 1 ? 'pod' : 'pods'} and ${budget.metadata.name} (${ruleOf(budget)}) keeps ${numberAt(budget, 'status.desiredHealthy') ?? wanted}: none may be evicted, though all are ready.`,
      confidence: 'confirmed',
      evidence: [sawSum(budget), saw(deployment, 'spec.replicas'), ...sawRefusals(view)],
      remedies: [...moreReplicas(view, deployment, budget), keepLessForAWhile(view, budget)],
      ...(isBelow
        ? {
            waiting: {
              for: `${scaler.metadata.name} to bring ${deployment.metadata.name} from ${wanted} to ${leastOf(scaler)} pods`,
              since: null,
              normallyUpTo: 'PT30S',
              nextTryAt: null,
            },
          }
        : {}),
    });
  },
};
