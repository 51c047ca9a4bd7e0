import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { asksForEvictions } from '../looks.ts';
import type { PdbView } from '../view.ts';
import { rulePath, sawRefusals, sawSum } from './budget-sum.ts';
import { changeRule } from './change-rule.ts';
import { whyNothingMayGo } from './why-nothing-may-go.ts';

export const pdbZeroDisruptionsBySpec: Cause<PdbView> = {
  code: 'pdb-zero-disruptions-by-spec',
  title: 'The budget lets no pod go, whatever the number of pods',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    if (!view.deployment || !asksForEvictions(view)) return clear();
    const why = whyNothingMayGo(view);
    if (why?.by !== 'spec') return clear();
    const { budget, says } = why;
    return found({
      object: refTo(budget),
      because: `${budget.metadata.name} allows no eviction of ${view.deployment.metadata.name} at all: ${says}. More pods would change nothing.`,
      confidence: 'confirmed',
      evidence: [saw(budget, rulePath(budget), 'maxUnavailable 1'), sawSum(budget), ...sawRefusals(view)],
      remedies: [
        changeRule(view, budget, {
          id: 'allow-one-disruption',
          rule: { minAvailable: null, maxUnavailable: 1 },
          words: 'let one pod go at a time (maxUnavailable 1)',
        }),
        byHand({
          id: 'agree-on-a-window',
          title: 'Where it is meant so, agree on a time for the drain with whoever owns the service',
          commands: [`kubectl -n ${view.namespace} get pdb ${budget.metadata.name} -o yaml`],
        }),
      ],
    });
  },
};
