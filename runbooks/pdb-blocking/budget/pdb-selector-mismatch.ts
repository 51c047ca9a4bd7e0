import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { allowedOf } from '../../../src/core/kubernetes/budget.ts';
import { covers } from '../../../src/core/kubernetes/eviction.ts';
import { at } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { besideKeeper, keptElsewhere } from '../keeper.ts';
import type { PdbView } from '../view.ts';
import { sawSum, specOf } from './budget-sum.ts';
import { isMeantFor } from './meant-for.ts';

export const pdbSelectorMismatch: Cause<PdbView> = {
  code: 'pdb-selector-mismatch',
  title: 'The budget selects no pod: it blocks nothing and protects nothing',
  severity: 'warning',
  owner: 'operator',
  explains: [],
  look(view) {
    const { deployment, wanted } = view;
    if (!deployment || wanted === 0 || view.living().length === 0 || view.budgets().length > 0) return clear();
    const all = view.sight.list(kinds.PodDisruptionBudget, view.namespace);
    const budget = all.find((item) => isMeantFor(item, deployment) && selectsNothing(view, item));
    if (!budget) return clear();
    return found({
      object: refTo(budget),
      because: `${budget.metadata.name} selects no pod at all: ${deployment.metadata.name} is without a budget, and a drain may take all its pods at once.`,
      confidence: 'confirmed',
      evidence: [
        saw(budget, 'spec.selector', JSON.stringify(at(deployment, 'spec.selector'))),
        saw(deployment, 'spec.template.metadata.labels'),
        sawSum(budget, `${wanted} pods`),
      ],
      remedies: [selectThePods(view, budget, deployment)],
    });
  },
};

/** Neither a pod that is there nor one that some Deployment would make: the latter may only not be there yet. */
function selectsNothing(view: PdbView, budget: KubernetesObject): boolean {
  if (view.selected(budget).length > 0) return false;
  return !view.sight.list(kinds.Deployment, view.namespace).some((deployment) => {
    const labels = at(deployment, 'spec.template.metadata.labels');
    const metadata = { name: '', namespace: view.namespace, labels };
    return covers(budget, { apiVersion: 'v1', kind: 'Pod', metadata } as KubernetesObject);
  });
}

function selectThePods(view: PdbView, budget: KubernetesObject, deployment: KubernetesObject): Remedy {
  const to = at(deployment, 'spec.selector');
  const { name } = budget.metadata;
  return {
    id: 'select-the-pods',
    title: `Let ${name} select the pods of ${deployment.metadata.name}: then ${allowedOf(specOf(budget), view.wanted)} of ${view.wanted} may go at a time`,
    risk: 'low',
    automatic: 'yes',
    commands: besideKeeper(budget, [
      `kubectl -n ${view.namespace} patch pdb ${name} --type json -p '${JSON.stringify([{ op: 'replace', path: '/spec/selector', value: to }])}'`,
    ]),
    changes: [patchOf(budget, [{ path: ['spec', 'selector'], to }])],
    undo: 'Puts the selector back as it was.',
    reversible: true,
    blockedBy: keptElsewhere(budget),
    healsWithin: 30,
  };
}
