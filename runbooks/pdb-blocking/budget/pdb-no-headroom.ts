import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { allowedOf } from '../../../src/core/kubernetes/budget.ts';
import { numberAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { asksForEvictions } from '../looks.ts';
import type { PdbView } from '../view.ts';
import { isReady } from '../workload.ts';
import { allowedNow, isCounted, ruleOf, sawRefusals, sawSum, specOf } from './budget-sum.ts';
import { moreReplicas } from './more-replicas.ts';

export const pdbNoHeadroom: Cause<PdbView> = {
  code: 'pdb-no-headroom',
  title: 'There are no more pods than the budget wants to keep',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { deployment, wanted } = view;
    if (!deployment || wanted === 0 || !asksForEvictions(view)) return clear();
    const budget = view.ownBudget();
    if (!budget || !isCounted(budget)) return clear();
    const spec = specOf(budget);
    if (allowedNow(budget) > 0)
      return clear(`${budget.metadata.name} lets ${allowedNow(budget)} of ${view.living().length} pods go`);
    if (allowedOf(spec, wanted) > 0 || !view.living().every(isReady)) return clear();
    return found({
      object: refTo(budget),
      because: `${deployment.metadata.name} runs ${wanted} ${wanted === 1 ? 'pod' : 'pods'} and ${budget.metadata.name} (${ruleOf(budget)}) keeps ${numberAt(budget, 'status.desiredHealthy') ?? wanted}: none may be evicted, though all are ready.`,
      confidence: 'confirmed',
      evidence: [sawSum(budget), saw(deployment, 'spec.replicas'), ...sawRefusals(view)],
      remedies: moreReplicas(view, deployment, budget),
    });
  },
};
