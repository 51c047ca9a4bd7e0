import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { leastOf } from '../../../src/core/kubernetes/autoscaling.ts';
import { allowedOf } from '../../../src/core/kubernetes/budget.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { asksForEvictions } from '../looks.ts';
import type { PdbView } from '../view.ts';
import { isReady } from '../workload.ts';
import { isCounted, ruleOf, rulePath, sawRefusals, sawSum, specOf } from './budget-sum.ts';
import { moreReplicas } from './more-replicas.ts';
import { whyNothingMayGo } from './why-nothing-may-go.ts';

export const hpaMinBelowPdb: Cause<PdbView> = {
  code: 'hpa-min-below-pdb',
  title: 'The autoscaler goes down to as few pods as the budget keeps',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { deployment, wanted } = view;
    if (!deployment || !asksForEvictions(view)) return clear();
    const why = whyNothingMayGo(view);
    if (why?.by !== 'autoscaler' || !isCounted(why.budget) || !view.living().every(isReady)) return clear();
    const { budget, scaler } = why;
    const least = leastOf(scaler);
    const isNow = allowedOf(specOf(budget), wanted) === 0;
    const when = isNow
      ? `It is there now, so none may be evicted.`
      : `With the ${wanted} pods of now ${allowedOf(specOf(budget), wanted)} may go; as soon as the load falls, none.`;
    return found({
      object: refTo(scaler),
      because: `${scaler.metadata.name} goes down to ${least} ${least === 1 ? 'pod' : 'pods'}, and of ${least} ${budget.metadata.name} (${ruleOf(budget)}) lets none go. ${when}`,
      confidence: 'confirmed',
      evidence: [
        saw(scaler, 'spec.minReplicas', 'more than the budget keeps'),
        saw(budget, rulePath(budget)),
        sawSum(budget),
        ...sawRefusals(view),
      ],
      remedies: moreReplicas(view, deployment, budget),
    });
  },
};
