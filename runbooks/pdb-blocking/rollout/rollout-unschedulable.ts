import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { PodTrouble } from '../../../src/core/kubernetes/pod-trouble.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { isTerminating } from '../workload.ts';
import { aboutToFree } from './about-to-free.ts';
import { firstIn, type Rollout, rolloutOf } from './fresh-pods.ts';
import { goBackByHand } from './roll-back.ts';
import { isKeptByPods, keepsItselfOff, mayGo, type Obstacle, obstaclesIn } from './scheduling.ts';

export const rolloutUnschedulable: Cause<PdbView> = {
  code: 'rollout-unschedulable',
  title: 'No node takes the new pod',
  severity: 'error',
  owner: 'platform',
  explains: [],
  look(view) {
    const rollout = rolloutOf(view);
    const troubled = rollout && firstIn(rollout, 'unscheduled', 'gated');
    if (!rollout || !troubled) return clear();
    const { pod, trouble } = troubled;
    const obstacles = obstaclesIn(trouble.message);
    if (trouble.is === 'unscheduled' && (aboutToFree(view, pod, trouble.message) || mayFree(rollout, obstacles)))
      return clear(`${pod.metadata.name} gets the node of an old pod that goes`);
    return found({
      object: refTo(pod),
      because: `${pod.metadata.name} of the new version has no node: ${trouble.is === 'gated' ? gateOf(pod) : wordsOf(obstacles, trouble)}.`,
      confidence: 'confirmed',
      evidence: [
        {
          from: nameOfObject(pod),
          path: trouble.path,
          saw: quote(`${trouble.reason}: ${trouble.message}`),
          wanted: 'PodScheduled True',
        },
      ],
      remedies: remediesFor(rollout, pod, trouble, obstacles),
    });
  },
};

/** Its own predecessors stand in its way, and one of them may go. */
function mayFree(rollout: Rollout, obstacles: readonly Obstacle[]): boolean {
  if (!keepsItselfOff(rollout.deployment) || !obstacles.some(isKeptByPods)) return false;
  return rollout.oldPods.some((pod) => !isTerminating(pod)) && mayGo(rollout) > 0;
}

function wordsOf(obstacles: readonly Obstacle[], { message }: PodTrouble): string {
  if (obstacles.length === 0) return quote(message);
  return obstacles
    .map(({ nodes, words }) => `${nodes} ${nodes === 1 ? 'node' : 'nodes'}: ${words.replace(/^node\(s\) /, '')}`)
    .join(', ');
}

const gateOf = (pod: KubernetesObject): string =>
  `it is held by ${listAt(pod, 'spec.schedulingGates')
    .map((gate) => textAt(gate, 'name') ?? '')
    .join(', ')}, and who set that gate has not lifted it`;

function remediesFor(
  rollout: Rollout,
  pod: KubernetesObject,
  trouble: PodTrouble,
  obstacles: readonly Obstacle[],
): readonly Remedy[] {
  const { namespace } = pod.metadata;
  const says = obstacles.map(({ words }) => words).join(', ');
  const about = (id: string, title: string, commands: readonly string[]): readonly Remedy[] => [
    byHand({ id, title, commands }),
    ...goBackByHand(rollout, 'medium'),
  ];
  if (trouble.is === 'gated')
    return about('lift-the-gate', 'Let its controller lift the gate, or take the gate out of the template', [
      `kubectl -n ${namespace} get pod ${pod.metadata.name} -o jsonpath='{.spec.schedulingGates}'`,
    ]);
  if (/Insufficient|Too many pods/.test(says))
    return about('make-room', 'Ask for less, or add a node', [
      `kubectl -n ${namespace} get pod ${pod.metadata.name} -o jsonpath='{.spec.containers[*].resources.requests}'`,
      'kubectl describe nodes | grep -A 8 "Allocated resources"',
    ]);
  if (/taint/.test(says))
    return about('tolerate-or-untaint', 'Let it tolerate the taint, or take the taint away', [
      'kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints',
    ]);
  if (/unschedulable/.test(says))
    return about('uncordon', 'Uncordon a node, or add one', ['kubectl get nodes', 'kubectl uncordon NODE']);
  return about('correct-placement', 'Correct where it asks to stand', [
    `kubectl -n ${namespace} get pod ${pod.metadata.name} -o jsonpath='{.spec.nodeSelector}{.spec.affinity}{.spec.topologySpreadConstraints}'`,
    'kubectl get nodes --show-labels',
  ]);
}
