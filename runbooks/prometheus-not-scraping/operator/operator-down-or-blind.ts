import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
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

export const operatorDownOrBlind: Cause<PromView> = {
  code: 'operator-down-or-blind',
  title: 'prometheus-operator does not run, or was told not to look here',
  severity: 'error',
  owner: 'platform',
  explains: [],
  look(view) {
    const prometheus = view.meant();
    if (!view.monitor || !prometheus || isPaused(prometheus) || !view.isTaken()) return clear();
    if (!isLeftOut(view)) return clear();
    const operators = operatorsIn(view.sight.list(kinds.Deployment));
    // It may run under another name, or outside the cluster.
    if (operators.length === 0)
      return {
        verdict: 'unknown',
        what: 'prometheus-operator',
        because: 'no Deployment in this cluster runs an image of that name',
      };
    return judge(view, prometheus, operators);
  },
};

function judge(view: PromView, prometheus: KubernetesObject, operators: readonly KubernetesObject[]): Verdict {
  const own = operators.filter((one) => looksAfter(scopeOf(one), prometheus));
  const [down, blind] = [
    own.find((one) => !isUp(one)),
    own.find((one) => !readsMonitorsIn(scopeOf(one), view.namespace)),
  ];
  if (own.length > 0 && own.some(isUp) && own.some((one) => isUp(one) && readsMonitorsIn(scopeOf(one), view.namespace)))
    return clear('prometheus-operator runs and reads monitors here');
  const [culprit] = [down, blind, ...operators].filter((one) => one !== undefined) as [KubernetesObject];
  if (culprit !== down && !isOverdue(view)) return clear();
  const { name, namespace } = culprit.metadata;
  const because =
    culprit === down
      ? `Deployment ${name} in ${namespace} has no pod ready, so nobody writes Prometheus' configuration.`
      : culprit === blind
        ? `Deployment ${name} in ${namespace} was started with ${flagsOf(culprit)}: it does not read ServiceMonitors in ${view.namespace}.`
        : `Deployment ${name} in ${namespace} was started with ${flagsOf(culprit)}: it does not look after Prometheus ${prometheus.metadata.name}.`;
  return found({
    object: refTo(culprit),
    because,
    confidence: 'confirmed',
    evidence: [
      saw(culprit, 'status.readyReplicas', culprit === down ? 'at least 1' : undefined),
      saw(culprit, 'spec.template.spec.containers.0.args'),
      ...(culprit === down ? [saw(culprit, 'spec.replicas')] : [saw(prometheus, 'metadata.annotations')]),
    ],
    remedies: [
      byHand({
        id: culprit === down ? 'bring-operator-back' : 'widen-operator',
        title: culprit === down ? 'Bring the operator back' : `Let the operator look into ${view.namespace} as well`,
        risk: 'medium',
        commands:
          culprit === down
            ? [
                `kubectl -n ${namespace} describe deployment ${name}`,
                `kubectl -n ${namespace} get pods; kubectl -n ${namespace} logs deployment/${name} --previous`,
                `kubectl -n ${namespace} scale deployment ${name} --replicas=1`,
              ]
            : [`kubectl -n ${namespace} edit deployment ${name}   # --namespaces, --deny-namespaces, --controller-id`],
      }),
    ],
  });
}

function flagsOf(operator: KubernetesObject): string {
  const { namespaces, denied, instanceNamespaces, controllerId } = scopeOf(operator);
  return (
    [
      ...(namespaces ? [`--namespaces=${namespaces.join(',')}`] : []),
      ...(denied.length > 0 ? [`--deny-namespaces=${denied.join(',')}`] : []),
      ...(instanceNamespaces ? [`--prometheus-instance-namespaces=${instanceNamespaces.join(',')}`] : []),
      ...(controllerId ? [`--controller-id=${controllerId}`] : []),
    ].join(' ') || 'no limits'
  );
}
