import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Found } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { leastOf, mostOf } from '../../../src/core/kubernetes/autoscaling.ts';
import { allowedOf } from '../../../src/core/kubernetes/budget.ts';
import { at, type Condition, condition, numberAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { sawRefusals, sawSum, specOf } from '../budget/budget-sum.ts';
import { quote } from '../quote.ts';
import { type AboutToFree, aboutToFree } from '../rollout/about-to-free.ts';
import type { PdbView } from '../view.ts';
import { isUnscheduled } from '../workload.ts';

export const replacementUnschedulable: Cause<PdbView> = {
  code: 'replacement-unschedulable',
  title: 'The pod that replaces an evicted one finds no node',
  severity: 'error',
  owner: 'platform',
  explains: ['pdb-unhealthy-pods', 'drain-blocked-not-pdb'],
  look(view) {
    const { deployment, wanted } = view;
    if (!deployment || view.isRollingOut) return clear();
    const pod = view.living().find((item) => isUnscheduled(item) && unplaced(item) !== undefined);
    const scheduled = pod && unplaced(pod);
    if (!pod || !scheduled) return clear();
    const freed = aboutToFree(view, pod, scheduled.message);
    if (freed) return waits(pod, scheduled, freed);
    const cordoned = cordonedNodes(view);
    const budget = view.ownBudget();
    const goes = budget && allowedOf(specOf(budget), wanted);
    const names = cordoned.map(({ metadata }) => metadata.name);
    return found({
      object: refTo(pod),
      because: `${pod.metadata.name} waits for a node, so fewer pods are ready than before and the next eviction has to wait for it: ${quote(scheduled.message)}`,
      confidence: 'confirmed',
      evidence: [
        sawCondition(pod, scheduled),
        ...cordoned.map((node) => saw(node, 'spec.unschedulable', 'absent')),
        ...(budget ? [sawSum(budget, `${goes} may go once it is ready`)] : []),
        ...sawScaler(view),
        ...sawRefusals(view),
      ],
      remedies: [
        byHand({
          id: 'make-room',
          title:
            names.length > 0
              ? `Uncordon a node that is not to go (${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} cordoned), or add one${goes ? `: then ${goes} may go` : ''}`
              : `Add a node, or make room on one${goes ? `: then ${goes} may go` : ''}`,
          commands: [
            `kubectl -n ${view.namespace} describe pod ${pod.metadata.name}`,
            ...(names.length > 0 ? names.map((name) => `kubectl uncordon ${name}`) : ['kubectl get nodes']),
          ],
        }),
      ],
    });
  },
};

/** What it replaces still stands where it is to go, or has just left. */
function waits(pod: KubernetesObject, scheduled: Condition, { ending }: AboutToFree): Found {
  const { name } = pod.metadata;
  return found({
    object: refTo(pod),
    because: ending
      ? `${name} gets the node that ${ending.metadata.name} leaves, which is ending.`
      : `${name} was refused a node that is free by now: the scheduler tries again within seconds.`,
    confidence: 'confirmed',
    evidence: [sawCondition(pod, scheduled), ...(ending ? [saw(ending, 'metadata.deletionTimestamp')] : [])],
    waiting: {
      for: ending ? `${ending.metadata.name} to leave its node to ${name}` : `the scheduler to try ${name} again`,
      since: timeAt(pod, 'metadata.creationTimestamp') ?? null,
      normallyUpTo: ending ? `PT${numberAt(ending, 'metadata.deletionGracePeriodSeconds') ?? 30}S` : 'PT10S',
      nextTryAt: timeAt(ending, 'metadata.deletionTimestamp') ?? null,
    },
  });
}

function unplaced(pod: KubernetesObject) {
  const scheduled = condition(pod, 'PodScheduled');
  return scheduled?.status === 'False' && scheduled.reason === 'Unschedulable' ? scheduled : undefined;
}

/** For what is said beside the proven cause; where nodes may not be seen it is left out. */
function cordonedNodes({ sight }: PdbView): readonly KubernetesObject[] {
  const nodes = sight.tryList(kinds.Node);
  return nodes.ok ? nodes.value.filter((node) => at(node, 'spec.unschedulable') === true) : [];
}

/** More pods of the same kind would wait as well: whoever thinks of scaling reads it here. */
function sawScaler({ sight, namespace, deployment, wanted }: PdbView) {
  const scalers = sight.tryList(kinds.HorizontalPodAutoscaler, namespace);
  const scaler =
    scalers.ok && scalers.value.find((item) => at(item, 'spec.scaleTargetRef.name') === deployment?.metadata.name);
  if (!scaler) return [];
  const says = `${wanted} pods wanted, ${leastOf(scaler)} to ${mostOf(scaler)} allowed`;
  return [{ from: `HorizontalPodAutoscaler/${scaler.metadata.name}`, saw: `${says}: more would wait for a node too` }];
}
