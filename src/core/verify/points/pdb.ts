import { allowedOf } from '../../kubernetes/budget.ts';
import { covers } from '../../kubernetes/eviction.ts';
import { at, condition, numberAt, textAt } from '../../kubernetes/field.ts';
import { kinds, ref } from '../../kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../kubernetes/object.ts';
import { relaxedWords } from '../../kubernetes/relaxed.ts';
import { ownNames } from '../names.ts';
import type { Judgement, Point, PointSight } from '../point.ts';

export const pdb: Point = {
  id: 'pdb',
  title: 'A disruption budget is enforced',
  expects: () => 'one PodDisruptionBudget over the pods, counted by its controller, that lets a drain go on pod by pod',
  runbook: 'pdb-blocking',
  detectors: [
    'pdb-sync-failed',
    'pdb-status-stale',
    'pdb-selector-too-broad',
    'pdb-multiple',
    'pdb-selector-mismatch',
    'pdb-zero-disruptions-by-spec',
    'pdb-percent-rounding',
    'hpa-min-below-pdb',
    'pdb-no-headroom',
    'eviction-forbidden',
    'drain-blocked-not-pdb',
    'autoscaler-not-pdb',
    'evictions-in-flight',
  ],
  judge(sight) {
    const { namespace } = sight;
    const all = sight.sight.list(kinds.PodDisruptionBudget, namespace);
    const [budget] = all.filter((one) => isOver(one, sight));
    if (!budget) {
      const others = all.map(({ metadata }) => metadata.name).join(', ');
      return {
        state: 'failed',
        saw: `no PodDisruptionBudget selects the pods of ${ownNames.deployment}${others ? ` (there is ${others})` : ''}`,
        object: all[0] ? refTo(all[0]) : ref(kinds.PodDisruptionBudget, `${ownNames.deployment}-pdb`, namespace),
        field: 'spec.selector',
        lasting: true,
      };
    }
    return counted(budget, sight);
  },
};

function counted(budget: KubernetesObject, sight: PointSight): Judgement {
  const { name, generation = 0 } = budget.metadata;
  const object = refTo(budget);
  const remarks = remarksOn(budget, sight);
  if (
    (numberAt(budget, 'status.observedGeneration') ?? 0) < generation ||
    at(budget, 'status.expectedPods') === undefined
  )
    return { state: 'waiting', saw: `${name} is not counted yet`, object, field: 'status.observedGeneration', remarks };
  const allowed = numberAt(budget, 'status.disruptionsAllowed') ?? 0;
  const [healthy, desired] = [
    numberAt(budget, 'status.currentHealthy') ?? 0,
    numberAt(budget, 'status.desiredHealthy') ?? 0,
  ];
  const saw = `${name} (${rule(budget)}): ${healthy} pods healthy, ${desired} kept, ${allowed} may go`;
  const refused = refusal(sight);
  if (refused) return { state: 'failed', saw: refused, object, field: 'status.disruptionsAllowed', remarks };
  return { state: 'passed', saw, object, field: 'status.disruptionsAllowed', remarks };
}

/** An eviction of a ready pod that was refused for no reason that is known. */
function refusal(sight: PointSight): string | undefined {
  const { unrecognised } = sight.diagnosis('pdb-blocking');
  const isAllReady = sight.pods().every((pod) => condition(pod, 'Ready')?.status === 'True');
  return unrecognised?.object.kind === 'Pod' && isAllReady ? unrecognised.quote : undefined;
}

const rule = (budget: KubernetesObject): string =>
  (['minAvailable', 'maxUnavailable'] as const)
    .flatMap((field) => {
      const value = at(budget, `spec.${field}`);
      return value === undefined || value === null ? [] : [`${field} ${String(value)}`];
    })
    .join(', ');

/** Over the pods there are; where there are none, over those that the Deployment would make. */
function isOver(budget: KubernetesObject, sight: PointSight): boolean {
  const pods = sight.pods();
  if (pods.length > 0) return pods.some((pod) => covers(budget, pod));
  const deployment = sight.deployment();
  const labels = at(deployment, 'spec.template.metadata.labels');
  const { namespace = '', name } = budget.metadata;
  const like = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels } } as KubernetesObject;
  return deployment !== undefined && covers(budget, like);
}

function remarksOn(budget: KubernetesObject, sight: PointSight): readonly string[] {
  const { name, namespace = '' } = budget.metadata;
  const wanted = numberAt(sight.deployment(), 'spec.replicas') ?? 1;
  const spec = { minAvailable: at(budget, 'spec.minAvailable'), maxUnavailable: at(budget, 'spec.maxUnavailable') };
  const mayGo = allowedOf(spec, wanted);
  const patch = (change: object): string =>
    `kubectl -n ${namespace} patch pdb ${name} --type merge -p '${JSON.stringify({ spec: change })}'`;
  const policy = textAt(budget, 'spec.unhealthyPodEvictionPolicy') ?? 'IfHealthyBudget';
  return [
    ...relaxedWords(budget, sight.sight.now),
    ...(mayGo > 1 && mayGo * 2 > wanted
      ? [
          `${name} lets ${mayGo} of ${wanted} pods go at once. For one at a time: ${patch({ minAvailable: null, maxUnavailable: 1 })}`,
        ]
      : []),
    ...(policy === 'IfHealthyBudget'
      ? [
          `With no pod healthy ${name} blocks a drain (unhealthyPodEvictionPolicy IfHealthyBudget). To let pods that are not ready go: ${patch({ unhealthyPodEvictionPolicy: 'AlwaysAllow' })}`,
        ]
      : []),
  ];
}
