import { listAt, textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Look } from '../../../src/core/look.ts';
import { missedPhrase } from '../../../src/core/prometheus/missed.ts';
import {
  isPaused,
  isUp,
  looksAfter,
  operatorsIn,
  readsMonitorsIn,
  scopeOf,
} from '../../../src/core/prometheus/operator.ts';
import type { PromView } from '../view.ts';
import { isLeftOut, isOverdue } from './left-out.ts';

type LogLook = Extract<Look, { at: 'log-lines' }>;

/** What it wrote of a change settles the matter, but for another change that it may be busy with. */
const graceMs = 10_000;

/** Of several replicas, only the leader works; which one that is, these are enough to tell. */
const mostPods = 2;

/** The operator that should have taken the ServiceMonitor: one that runs, looks after its Prometheus, and reads its namespace. */
export function workingOperator(view: PromView): KubernetesObject | undefined {
  const prometheus = view.meant();
  if (!prometheus || isPaused(prometheus) || !view.isTaken()) return undefined;
  return operatorsIn(view.sight.list(kinds.Deployment)).find((one) => {
    const scope = scopeOf(one);
    return isUp(one) && looksAfter(scope, prometheus) && readsMonitorsIn(scope, view.namespace);
  });
}

export const hasHadTime = (view: PromView): boolean => isOverdue(view, graceMs);

const podsAre = (operator: KubernetesObject) => ({
  namespace: operator.metadata.namespace ?? '',
  labels: Object.entries(textMapAt(operator, 'spec.selector.matchLabels'))
    .map(([key, value]) => `${key}=${value}`)
    .join(','),
});

/** Its pods by name. What the operator has had no time for is no reason to look. */
export function operatorPodLooks(view: PromView): readonly Look[] {
  const operator = workingOperator(view);
  return operator && hasHadTime(view) ? [{ at: 'list', kind: kinds.Pod, ...podsAre(operator) }] : [];
}

/** What it said of our namespace. Throws where its pods may not be listed. */
export function operatorLogLooks(view: PromView): readonly LogLook[] {
  const operator = workingOperator(view);
  if (!operator || !isLeftOut(view) || !hasHadTime(view)) return [];
  const { namespace, labels } = podsAre(operator);
  return view.sight
    .list(kinds.Pod, namespace, labels)
    .slice(0, mostPods)
    .map((pod) => ({
      at: 'log-lines',
      namespace,
      pod: pod.metadata.name,
      container: containerOf(pod),
      phrase: missedPhrase,
    }));
}

/** Others may stand beside it, as a proxy for its metrics. */
function containerOf(pod: KubernetesObject): string {
  const all = listAt(pod, 'spec.containers');
  const own = all.find((one) => /(^|\/)prometheus-operator[:@]/.test(textAt(one, 'image') ?? '')) ?? all[0];
  return textAt(own, 'name') ?? '';
}
