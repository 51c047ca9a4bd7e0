import { at, listAt, numberAt, textAt, textMapAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { selects } from '../../core/kubernetes/selectors.ts';
import { millis } from '../admission.ts';
import type { View } from './turn.ts';

export type Place = { readonly node: string } | { readonly node: undefined; readonly why: string };

type Obstacle = { readonly order: number; readonly words: string };
const obstacles = {
  cordoned: { order: 1, words: 'node(s) were unschedulable' },
  selector: { order: 2, words: "node(s) didn't match Pod's node affinity/selector" },
  ports: { order: 4, words: "node(s) didn't have free ports for the requested pod ports" },
  antiAffinity: { order: 3, words: "node(s) didn't match pod anti-affinity rules" },
  cpu: { order: 0, words: 'Insufficient cpu' },
} as const satisfies Record<string, Obstacle>;

/** The node for a pod: the emptiest that takes it. The filters are those that the stories turn on; the words are kube-scheduler's. */
export function placeFor(view: View, pod: KubernetesObject): Place {
  const nodes = view.of(kinds.Node);
  const found = nodes.map((node) => ({ node, obstacle: obstacleOn(view, pod, node) }));
  const [best] = found
    .filter(({ obstacle }) => obstacle === undefined)
    .toSorted((a, b) => crowdOn(view, pod, a.node) - crowdOn(view, pod, b.node));
  if (best) return { node: best.node.metadata.name };
  const counted = [...Map.groupBy(found, ({ obstacle }) => obstacle)].toSorted(
    ([a], [b]) => (a?.order ?? 0) - (b?.order ?? 0),
  );
  const reasons = counted.map(([obstacle, each]) => `${each.length} ${obstacle?.words}`).join(', ');
  const hasVictims = counted.some(([obstacle]) =>
    [obstacles.antiAffinity, obstacles.ports, obstacles.cpu].some((one) => one === obstacle),
  );
  const preemption = hasVictims
    ? `preemption: 0/${nodes.length} nodes are available: ${nodes.length} No preemption victims found for incoming pod.`
    : `preemption: 0/${nodes.length} nodes are available: ${nodes.length} Preemption is not helpful for scheduling.`;
  return {
    node: undefined,
    why: `0/${nodes.length} nodes are available: ${reasons}. no new claims to deallocate, ${preemption}`,
  };
}

const podsOn = (view: View, node: KubernetesObject): readonly KubernetesObject[] =>
  view
    .of(kinds.Pod)
    .filter(
      (pod) => textAt(pod, 'spec.nodeName') === node.metadata.name && pod.metadata.deletionTimestamp === undefined,
    );

/** Siblings weigh more than strangers: so that spreading comes out as the default scheduler's does. */
function crowdOn(view: View, pod: KubernetesObject, node: KubernetesObject): number {
  const hash = pod.metadata.labels?.['app'] ?? pod.metadata.labels?.['app.kubernetes.io/name'];
  const here = podsOn(view, node);
  const siblings = here.filter(
    (item) =>
      item.metadata.namespace === pod.metadata.namespace &&
      (item.metadata.labels?.['app'] ?? item.metadata.labels?.['app.kubernetes.io/name']) === hash,
  );
  return siblings.length * 100 + here.length;
}

function obstacleOn(view: View, pod: KubernetesObject, node: KubernetesObject): Obstacle | undefined {
  if (at(node, 'spec.unschedulable') === true) return obstacles.cordoned;
  const wanted = Object.entries(textMapAt(pod, 'spec.nodeSelector'));
  if (!wanted.every(([key, value]) => node.metadata.labels?.[key] === value)) return obstacles.selector;
  if (portsTaken(view, pod, node)) return obstacles.ports;
  if (repels(view, pod, node)) return obstacles.antiAffinity;
  const allocatable = textAt(node, 'status.allocatable.cpu');
  if (allocatable === undefined) return undefined;
  const used = podsOn(view, node).reduce((sum, item) => sum + cpuOf(item), 0);
  return used + cpuOf(pod) > millis(allocatable) ? obstacles.cpu : undefined;
}

const cpuOf = (pod: KubernetesObject): number =>
  listAt(pod, 'spec.containers').reduce<number>(
    (sum, item) => sum + millis(textAt(item, 'resources.requests.cpu') ?? '0'),
    0,
  );

const hostPorts = (pod: KubernetesObject): readonly number[] =>
  listAt(pod, 'spec.containers').flatMap((container) =>
    listAt(container, 'ports').flatMap((port) => numberAt(port, 'hostPort') ?? []),
  );

/** A port of the node is one pod's, also of one that is ending. */
const portsTaken = (view: View, pod: KubernetesObject, node: KubernetesObject): boolean => {
  const wanted = hostPorts(pod);
  return (
    wanted.length > 0 &&
    view
      .of(kinds.Pod)
      .some(
        (other) =>
          textAt(other, 'spec.nodeName') === node.metadata.name &&
          hostPorts(other).some((port) => wanted.includes(port)),
      )
  );
};

/** Required anti-affinity, of the newcomer against those there and of those there against it; every topology is taken for the host. */
function repels(view: View, pod: KubernetesObject, node: KubernetesObject): boolean {
  const terms = (item: KubernetesObject): readonly unknown[] =>
    listAt(item, 'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution');
  const avoids = (one: KubernetesObject, other: KubernetesObject): boolean =>
    one.metadata.namespace === other.metadata.namespace &&
    terms(one).some((term) => selects(at(term, 'labelSelector'), other.metadata.labels ?? {}));
  // A pod that is ending still holds its place.
  return view
    .of(kinds.Pod)
    .some(
      (other) =>
        other.metadata.uid !== pod.metadata.uid &&
        textAt(other, 'spec.nodeName') === node.metadata.name &&
        (avoids(pod, other) || avoids(other, pod)),
    );
}
