import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { leastMovable } from '../../../src/core/kubernetes/budget.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { asksForEvictions } from '../looks.ts';
import type { PdbView } from '../view.ts';
import { rulePath, sawRefusals, sawSum, specOf } from './budget-sum.ts';
import { changeRule } from './change-rule.ts';
import { whyNothingMayGo } from './why-nothing-may-go.ts';

/** Further up nobody goes to make a share come out. */
const mostPods = 100;

export const pdbPercentRounding: Cause<PdbView> = {
  code: 'pdb-percent-rounding',
  title: 'The share that the budget keeps is rounded up to all pods',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    if (!view.deployment || !asksForEvictions(view)) return clear();
    const why = whyNothingMayGo(view);
    if (why?.by !== 'rounding') return clear();
    const { budget } = why;
    const { wanted } = view;
    const share = String(specOf(budget).minAvailable);
    const exact = (Number.parseInt(share, 10) * wanted) / 100;
    const from = leastMovable(specOf(budget), wanted + 1, mostPods);
    return found({
      object: refTo(budget),
      because: `${budget.metadata.name} keeps ${share} of ${wanted} pods: that is ${exact}, and shares are rounded up, so all ${wanted} are kept.`,
      confidence: 'confirmed',
      evidence: [
        saw(budget, rulePath(budget), 'maxUnavailable 1'),
        {
          from: 'the sum',
          saw: `${share} of ${wanted} = ${exact}, rounded up ${wanted}${from === undefined ? '' : `; of ${from} pods one could go`}`,
        },
        sawSum(budget),
        ...sawRefusals(view),
      ],
      remedies: [
        changeRule(view, budget, {
          id: 'count-pods-not-shares',
          rule: { minAvailable: null, maxUnavailable: 1 },
          words: 'count what may be missing (maxUnavailable 1) instead of a share',
        }),
      ],
    });
  },
};
