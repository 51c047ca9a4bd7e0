import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { condition } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { addressOf } from '../../../src/core/prometheus/address.ts';
import type { PromView } from '../view.ts';

export const prometheusDown: Cause<PromView> = {
  code: 'prometheus-down',
  title: 'Prometheus does not run',
  severity: 'error',
  owner: 'platform',
  explains: [],
  look(view) {
    const { monitor } = view;
    if (!monitor || view.isDiscovered()) return clear();
    const prometheus = view.meant();
    if (!prometheus) return view.prometheuses().length === 0 ? nowhere(monitor) : clear();
    if (!isDown(view)) return clear(`a pod of Prometheus ${prometheus.metadata.name} is ready`);
    const { name, namespace } = prometheus.metadata;
    const pods = podsOf(view, prometheus);
    const available = condition(prometheus, 'Available');
    return found({
      object: refTo(prometheus),
      because:
        pods.length === 0
          ? `Prometheus ${name} in ${namespace} has no pod.`
          : `No pod of Prometheus ${name} in ${namespace} is ready: it scrapes nothing, and what it says of targets is not known.`,
      confidence: 'confirmed',
      evidence: [...(available ? [sawCondition(prometheus, available)] : []), ...pods.flatMap(podEvidence)],
      remedies: [
        byHand({
          id: 'bring-prometheus-back',
          title: 'Find out why its pods do not run: storage full, out of memory, no volume, a damaged log',
          risk: 'high',
          commands: [
            `kubectl -n ${namespace} get statefulset,pods,pvc -l operator.prometheus.io/name=${name}`,
            `kubectl -n ${namespace} describe pod prometheus-${name}-0`,
            `kubectl -n ${namespace} logs prometheus-${name}-0 -c prometheus --previous --tail=50`,
          ],
        }),
      ],
    });
  },
};

/** ServiceMonitors are nothing without somebody who reads them. */
const nowhere = (monitor: KubernetesObject) =>
  found({
    object: refTo(monitor),
    because: 'There is no Prometheus object in this cluster that could take the ServiceMonitor.',
    confidence: 'confirmed',
    evidence: [{ from: 'Prometheus objects in all namespaces', saw: 'none', wanted: 'at least one' }],
    remedies: [
      byHand({
        id: 'install-prometheus',
        title: 'Install a Prometheus, as with kube-prometheus-stack',
        risk: 'high',
        commands: ['orion-setup prerequisites'],
      }),
    ],
  });

/** Whether the Prometheus that is meant has no ready pod. Where its API answers, it has; throws where neither could be seen. */
export function isDown(view: PromView): boolean {
  const prometheus = view.meant();
  if (!prometheus) return false;
  if (view.sight.try({ at: 'prometheus-runtime', prometheus: addressOf(prometheus) }).ok) return false;
  return podsOf(view, prometheus).every((pod) => condition(pod, 'Ready')?.status !== 'True');
}

const podsOf = (view: PromView, { metadata }: KubernetesObject): readonly KubernetesObject[] =>
  view.sight.list(kinds.Pod, metadata.namespace, `operator.prometheus.io/name=${metadata.name}`);

function podEvidence(pod: KubernetesObject): readonly Evidence[] {
  const ready = condition(pod, 'Ready') ?? condition(pod, 'PodScheduled');
  return ready ? [sawCondition(pod, ready), saw(pod, 'status.phase')] : [saw(pod, 'status.phase')];
}
