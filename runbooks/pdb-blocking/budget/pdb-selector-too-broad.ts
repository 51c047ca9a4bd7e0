import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { allowedOf } from '../../../src/core/kubernetes/budget.ts';
import { covers } from '../../../src/core/kubernetes/eviction.ts';
import { at, condition, numberAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { besideKeeper, keptElsewhere } from '../keeper.ts';
import { youngMs } from '../state.ts';
import type { PdbView } from '../view.ts';
import { isReady, isTerminating } from '../workload.ts';
import { sawRefusals, sawSum, specOf } from './budget-sum.ts';

export const pdbSelectorTooBroad: Cause<PdbView> = {
  code: 'pdb-selector-too-broad',
  title: 'The budget counts the pods of other workloads too',
  severity: 'error',
  owner: 'operator',
  explains: ['pdb-multiple'],
  look(view) {
    const { deployment } = view;
    if (!deployment) return clear();
    const budgets = view.budgets();
    const broad = budgets.flatMap((budget) => {
      const strangers = strangersOf(view, budget);
      return strangers.length > 0 && !isYetToBeCounted(budget, view.sight.now) && !isUncountable(budget)
        ? [{ budget, strangers }]
        : [];
    });
    const [first] = broad;
    // Where one of several budgets fits, it is the others that are too many (pdb-multiple).
    if (!first || broad.length < budgets.length) return clear();
    const { budget, strangers } = first;
    const others = [...new Set(strangers.map(workloadOf))];
    const unready = strangers.filter((pod) => !isReady(pod)).length;
    const effect =
      (numberAt(budget, 'status.disruptionsAllowed') ?? 0) === 0 && unready > 0
        ? `${unready} of those are not ready, and so none of ${deployment.metadata.name} may go`
        : `what others have ready counts for ${deployment.metadata.name} too, so a drain may take all its pods`;
    return found({
      object: refTo(budget),
      because: `${budget.metadata.name} counts ${strangers.length} ${strangers.length === 1 ? 'pod' : 'pods'} of ${others.join(' and ')} besides those of ${deployment.metadata.name}: ${effect}.`,
      confidence: 'confirmed',
      evidence: [
        saw(budget, 'spec.selector', JSON.stringify(at(deployment, 'spec.selector'))),
        ...strangers.slice(0, 3).map((pod) => saw(pod, 'metadata.labels')),
        sawSum(budget, `${view.wanted} pods`),
        ...sawRefusals(view),
      ],
      remedies: broad.map((item) => narrowed(view, item.budget, deployment)),
    });
  },
};

const isUncountable = (budget: KubernetesObject): boolean =>
  condition(budget, 'DisruptionAllowed')?.reason === 'SyncFailed';

/** Just made: whether it can be counted at all is not said yet. */
function isYetToBeCounted(budget: KubernetesObject, now: Date): boolean {
  const born = timeAt(budget, 'metadata.creationTimestamp')?.getTime() ?? 0;
  return numberAt(budget, 'status.observedGeneration') === undefined && now.getTime() - born < youngMs;
}

/** Pods of other workloads that a budget counts. Bare pods, as those of a debug session, are nobody's workload. */
function strangersOf(view: PdbView, budget: KubernetesObject): readonly KubernetesObject[] {
  const own = view.pods();
  return view
    .selected(budget)
    .filter((pod) => !own.includes(pod) && !isTerminating(pod) && controllerOf(pod) !== undefined);
}

const controllerOf = (pod: KubernetesObject) => pod.metadata.ownerReferences?.find(({ controller }) => controller);

/** By the name of what owns the pod, without a ReplicaSet's hash. */
function workloadOf(pod: KubernetesObject): string {
  const owner = controllerOf(pod);
  const hash = pod.metadata.labels?.['pod-template-hash'];
  return hash !== undefined && owner?.kind === 'ReplicaSet'
    ? owner.name.replace(`-${hash}`, '')
    : [owner?.kind, owner?.name].filter((word) => word).join(' ') || 'another workload';
}

function narrowed(view: PdbView, budget: KubernetesObject, deployment: KubernetesObject): Remedy {
  const { name } = budget.metadata;
  const selector = at(deployment, 'spec.selector');
  const narrow = { ...budget, spec: { ...(at(budget, 'spec') as object), selector } } as KubernetesObject;
  const own = view.pods();
  const fits = view.selected(budget).every((pod) => own.includes(pod) === covers(narrow, pod));
  const blockedBy = keptElsewhere(budget);
  return byHand({
    id: `narrow-${name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')}`,
    title: fits
      ? `Have ${name} select the pods of ${deployment.metadata.name} only: then ${allowedOf(specOf(budget), view.wanted)} of its ${view.wanted} may go`
      : `Give the pods of ${deployment.metadata.name} a label of their own and have ${name} select by it: the present labels do not tell them apart`,
    risk: 'low',
    commands: besideKeeper(budget, [
      ...(fits
        ? [
            `kubectl -n ${view.namespace} patch pdb ${name} --type json -p '${JSON.stringify([{ op: 'replace', path: '/spec/selector', value: selector }])}'`,
          ]
        : [`kubectl -n ${view.namespace} get pods --show-labels`, `kubectl -n ${view.namespace} edit pdb ${name}`]),
    ]),
    ...(blockedBy === null ? {} : { blockedBy }),
  });
}
