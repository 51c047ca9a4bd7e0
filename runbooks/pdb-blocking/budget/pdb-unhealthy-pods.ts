import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { allowedOf } from '../../../src/core/kubernetes/budget.ts';
import { condition, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { besideKeeper, keptElsewhere } from '../keeper.ts';
import { quote } from '../quote.ts';
import { youngMs } from '../state.ts';
import type { PdbView } from '../view.ts';
import { ailmentOf, isReady, isUnscheduled } from '../workload.ts';
import { allowedNow, isCounted, sawRefusals, sawSum, specOf } from './budget-sum.ts';

export const pdbUnhealthyPods: Cause<PdbView> = {
  code: 'pdb-unhealthy-pods',
  title: 'Pods are not ready, and the budget keeps the rest',
  severity: 'error',
  owner: 'application',
  explains: [],
  look(view) {
    const { deployment, sight, wanted } = view;
    if (!deployment) return clear();
    if (view.isRollingOut)
      return clear("a rollout is under way: what its pods lack is the rollout's own trouble, and no budget holds it");
    const now = sight.now.getTime();
    const living = view.living();
    const sick = living.filter(
      (pod) => !isReady(pod) && !isUnscheduled(pod) && (isStuck(pod) || now - sickSince(pod) >= youngMs),
    );
    const [first] = sick;
    if (!first) return clear();
    const [budget, ...more] = view.budgets();
    const one = budget && more.length === 0 ? budget : undefined;
    const isBlocking = one !== undefined && isCounted(one) && allowedNow(one) === 0;
    const probes = sawProbes(view, first);
    const says = (!isStuck(first) && probes[0]?.saw) || quote(ailmentOf(first)?.says ?? '');
    const effect = isBlocking
      ? `${one.metadata.name} rightly keeps the rest, so none may be evicted${
          allowedOf(specOf(one), wanted) > 0 ? `; with all ready ${allowedOf(specOf(one), wanted)} may` : ''
        }`
      : 'no budget is in the way of a drain, but the pods are sick';
    return found({
      object: refTo(first),
      because: `${sick.length} of ${living.length} pods of ${deployment.metadata.name} ${sick.length === 1 ? 'is' : 'are'} not ready (${first.metadata.name}: ${says}): ${effect}.`,
      confidence: 'confirmed',
      evidence: [
        ...sick.slice(0, 3).map(sawAilment),
        ...probes,
        ...(one ? [sawSum(one, `${wanted} healthy`)] : []),
        ...sawRefusals(view),
      ],
      remedies: [mendPods(view, first), ...(one ? letUnreadyGo(view, one) : [])],
    });
  },
};

/** A container that says itself why it does not run needs no patience; one that runs may only be starting. */
const isStuck = (pod: KubernetesObject): boolean => ailmentOf(pod)?.path.includes('.state.') ?? false;

/** Since when it is not ready; a pod that never was, since it was made. */
function sickSince(pod: KubernetesObject): number {
  const since = condition(pod, 'Ready')?.lastTransitionTime ?? timeAt(pod, 'metadata.creationTimestamp');
  return since?.getTime() ?? 0;
}

function sawAilment(pod: KubernetesObject): Evidence {
  const ailment = ailmentOf(pod);
  return {
    from: nameOfObject(pod),
    path: ailment?.path ?? 'status',
    saw: quote(ailment?.says ?? ''),
    wanted: 'Ready True',
  };
}

/** What the kubelet last said of a probe. */
function sawProbes({ sight, namespace }: PdbView, pod: KubernetesObject): readonly Evidence[] {
  const events = sight.tryList(kinds.Event, namespace);
  const event =
    events.ok &&
    events.value.findLast(
      (item) => textAt(item, 'reason') === 'Unhealthy' && textAt(item, 'involvedObject.name') === pod.metadata.name,
    );
  return event ? [{ from: `event on ${nameOfObject(pod)}`, saw: quote(textAt(event, 'message') ?? '') }] : [];
}

const mendPods = ({ namespace }: PdbView, pod: KubernetesObject): Remedy =>
  byHand({
    id: 'mend-the-pods',
    title: `Find out why ${pod.metadata.name} is not ready, and mend that; the drain then goes on by itself`,
    commands: [
      `kubectl -n ${namespace} describe pod ${pod.metadata.name}`,
      `kubectl -n ${namespace} logs ${pod.metadata.name} --all-containers --tail 50`,
      `kubectl -n ${namespace} logs ${pod.metadata.name} --all-containers --previous --tail 50`,
    ],
  });

/** Only where their eviction was refused: pods that never ran go anyway, and slow starters would never become ready. */
function letUnreadyGo(view: PdbView, budget: KubernetesObject): readonly Remedy[] {
  const isRefused = view.tried().some(({ pod, answer }) => !isReady(pod) && answer.ok && answer.value.code === 429);
  if (!isRefused) return [];
  const { name } = budget.metadata;
  const blockedBy = keptElsewhere(budget);
  return [
    byHand({
      id: 'let-unready-pods-go',
      title: `Let pods that run and are not ready be evicted (unhealthyPodEvictionPolicy AlwaysAllow of ${name}); ready ones stay kept`,
      risk: 'medium',
      commands: besideKeeper(budget, [
        `kubectl -n ${view.namespace} patch pdb ${name} --type merge -p '${JSON.stringify({ spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } })}'`,
      ]),
      ...(blockedBy === null ? {} : { blockedBy }),
    }),
  ];
}
