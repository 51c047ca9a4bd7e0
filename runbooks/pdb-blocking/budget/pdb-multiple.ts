import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { allowedOf } from '../../../src/core/kubernetes/budget.ts';
import { covers } from '../../../src/core/kubernetes/eviction.ts';
import { at, textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { besideKeeper, keptElsewhere } from '../keeper.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { sawRefusals, specOf } from './budget-sum.ts';
import { isMeantFor } from './meant-for.ts';

export const pdbMultiple: Cause<PdbView> = {
  code: 'pdb-multiple',
  title: 'More than one budget selects the same pods',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { deployment } = view;
    if (!deployment) return clear();
    const budgets = view.budgets();
    const pod = view.living().find((item) => budgets.filter((budget) => covers(budget, item)).length > 1);
    if (!pod) return clear(budgets.length === 1 ? `only ${budgets[0]?.metadata.name} selects the pods` : undefined);
    const over = budgets.filter((budget) => covers(budget, pod));
    const names = over.map(({ metadata }) => metadata.name);
    return found({
      object: refTo(over.find((budget) => !isMeantFor(budget, deployment)) ?? (over[0] as KubernetesObject)),
      because: `${names.join(' and ')} select the same pods of ${deployment.metadata.name}: evictions are refused with an error (500), whatever the budgets allow.`,
      confidence: 'confirmed',
      evidence: [...over.map((budget) => sawSelector(budget)), ...sawRefusals(view), ...sawEvent(view, pod)],
      remedies: over.map((budget) => without(view, budget, over)),
    });
  },
};

const sawSelector = (budget: KubernetesObject): Evidence => ({
  from: nameOfObject(budget),
  path: 'spec.selector',
  saw: `${JSON.stringify(at(budget, 'spec.selector'))}${isForAll(budget) ? ', which is every pod of the namespace' : ''}`,
});

const isForAll = (budget: KubernetesObject): boolean => {
  const selector = at(budget, 'spec.selector');
  return selector !== null && typeof selector === 'object' && Object.keys(selector).length === 0;
};

/** The controller says it on the pod, an hour long. */
function sawEvent({ sight, namespace }: PdbView, pod: KubernetesObject): readonly Evidence[] {
  const events = sight.tryList(kinds.Event, namespace);
  const event =
    events.ok &&
    events.value.find(
      (item) =>
        textAt(item, 'reason') === 'MultiplePodDisruptionBudgets' &&
        textAt(item, 'involvedObject.name') === pod.metadata.name,
    );
  return event ? [{ from: `event on ${nameOfObject(pod)}`, saw: quote(textAt(event, 'message') ?? '') }] : [];
}

function without(view: PdbView, budget: KubernetesObject, over: readonly KubernetesObject[]): Remedy {
  const { name } = budget.metadata;
  const [left, ...others] = over.filter((item) => item !== budget);
  const after =
    left && others.length === 0
      ? `: then ${left.metadata.name} alone counts, and ${allowedOf(specOf(left), view.wanted)} of ${view.wanted} pods may go`
      : '';
  const blockedBy = keptElsewhere(budget);
  return byHand({
    id: `without-${name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')}`,
    title: `Delete ${name}, or narrow its selector${after}`,
    risk: 'medium',
    commands: besideKeeper(budget, [
      `kubectl -n ${view.namespace} get pdb ${name} -o yaml`,
      `kubectl -n ${view.namespace} delete pdb ${name}`,
    ]),
    ...(blockedBy === null ? {} : { blockedBy }),
  });
}
