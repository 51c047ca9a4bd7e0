import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { condition, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { PdbView } from '../view.ts';
import { isTerminating, nodeOf } from '../workload.ts';

const graceMs = 60_000;

/** The moment in deletionTimestamp is the end of the grace period, not the moment of the deletion. */
const isOverdue = (pod: KubernetesObject, now: Date): boolean => {
  const due = timeAt(pod, 'metadata.deletionTimestamp');
  return due !== undefined && now.getTime() - due.getTime() > graceMs;
};

export const terminatingStuck: Cause<PdbView> = {
  code: 'terminating-stuck',
  title: 'A pod was told to end and does not go',
  severity: 'error',
  owner: 'platform',
  explains: ['strategy-recreate-blocked', 'evictions-in-flight'],
  look(view) {
    const stuck = view.pods().filter((pod) => isTerminating(pod) && isOverdue(pod, view.sight.now));
    const [pod] = stuck;
    if (!pod) return clear();
    const due = timeAt(pod, 'metadata.deletionTimestamp') as Date;
    const held = whatHolds(view, pod);
    return found({
      object: refTo(pod),
      because: `${stuck.length === 1 ? pod.metadata.name : `${stuck.length} pods, ${pod.metadata.name} among them,`} should have ended at ${due.toISOString().slice(11, 16)} UTC and ${stuck.length === 1 ? 'is' : 'are'} still there: ${held.says}.`,
      confidence: 'confirmed',
      evidence: [
        saw(pod, 'metadata.deletionTimestamp', 'gone a minute later'),
        ...(held.by === 'finalizer' ? [saw(pod, 'metadata.finalizers', 'none')] : []),
        ...(held.node
          ? [
              {
                from: nameOfObject(held.node),
                path: 'status.conditions[Ready]',
                saw: condition(held.node, 'Ready')?.status ?? 'absent',
              },
            ]
          : []),
      ],
      remedies: [remedyFor(pod, held.by)],
    });
  },
};

type Held = {
  readonly by: 'finalizer' | 'node-gone' | 'node-unready' | 'kubelet';
  readonly says: string;
  readonly node?: KubernetesObject;
};

function whatHolds({ sight }: PdbView, pod: KubernetesObject): Held {
  const finalizers = Array.isArray(pod.metadata.finalizers) ? pod.metadata.finalizers : [];
  if (finalizers.length > 0)
    return {
      by: 'finalizer',
      says: `its process is gone, and ${finalizers.join(', ')} (${finalizers.length === 1 ? 'a finalizer' : 'finalizers'}) must be taken away by who set it`,
    };
  const name = nodeOf(pod);
  const nodes = sight.tryList(kinds.Node);
  if (!nodes.ok) return { by: 'kubelet', says: `node ${name} has not ended it (nodes could not be looked at)` };
  const node = nodes.value.find((item) => item.metadata.name === name);
  if (!node) return { by: 'node-gone', says: `its node ${name} does not exist any more` };
  if (condition(node, 'Ready')?.status !== 'True')
    return { by: 'node-unready', says: `its node ${name} does not answer, so nothing says that it ended`, node };
  return {
    by: 'kubelet',
    says: `node ${name} answers and has not ended it (a preStop hook, or a volume that does not come loose)`,
    node,
  };
}

function remedyFor({ metadata: { name, namespace, finalizers } }: KubernetesObject, by: Held['by']): Remedy {
  const look = `kubectl -n ${namespace} describe pod ${name}`;
  switch (by) {
    case 'finalizer':
      return byHand({
        id: 'let-finalizer-go',
        title: `Find what should take ${(finalizers ?? []).join(', ')} away, and mend that`,
        risk: 'high',
        commands: [look, `kubectl -n ${namespace} get pod ${name} -o jsonpath='{.metadata.finalizers}'`],
      });
    case 'node-gone':
    case 'node-unready':
      return byHand({
        id: 'make-sure-of-the-node',
        title: 'Make sure that the machine is off; only then may the pod be forgotten',
        risk: 'high',
        commands: [look, 'kubectl get nodes -o wide'],
        blockedBy: 'a pod that still runs somewhere must not be replaced by one of the same name',
      });
    case 'kubelet':
      return byHand({ id: 'see-what-it-waits-for', title: 'See what it waits for', risk: 'high', commands: [look] });
  }
}
