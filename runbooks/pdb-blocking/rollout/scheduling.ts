import { at, listAt, numberAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { boundsOf } from '../../../src/core/kubernetes/rollout-bounds.ts';
import { selects } from '../../../src/core/kubernetes/selectors.ts';
import { wantedOf } from '../workload.ts';
import type { Rollout } from './fresh-pods.ts';

/** `3 node(s) didn't match pod anti-affinity rules`: for how many nodes the scheduler says what. */
export type Obstacle = { readonly nodes: number; readonly words: string };

/** What kube-scheduler says of each node (framework/types.go, FitError); what follows its first sentence is about preemption. */
export function obstaclesIn(message: string): readonly Obstacle[] {
  const said = /^\d+\/\d+ nodes are available: (.*)$/s.exec(message)?.[1] ?? '';
  // The sentence ends at a full stop with a space; names of taints and resources hold stops without.
  const [first = ''] = said.split(/\.(?:\s|$)/);
  return [...first.matchAll(/(\d+) ((?:(?!, \d+ ).)+)/gs)].map(([, nodes, words]) => ({
    nodes: Number(nodes),
    words: words ?? '',
  }));
}

const keptByAnother =
  /didn't match pod anti-affinity rules|didn't satisfy existing pods anti-affinity rules|didn't have free ports|didn't match pod topology spread constraints/;

/** Whether a node is kept from the pod by pods that stand there, which may be those of its own Deployment. */
export const isKeptByPods = ({ words }: Obstacle): boolean => keptByAnother.test(words);

/** Whether pods of this template keep each other off a node, whatever else stands there. */
export function keepsItselfOff(deployment: KubernetesObject): string | undefined {
  const spec = at(deployment, 'spec.template.spec');
  const labels = textMapAt(deployment, 'spec.template.metadata.labels');
  const terms = listAt(spec, 'affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution');
  if (terms.some((term) => selects(at(term, 'labelSelector'), labels))) return 'a required anti-affinity to each other';
  const ports = listAt(spec, 'containers').flatMap((container) => listAt(container, 'ports'));
  if (at(spec, 'hostNetwork') === true || ports.some((port) => (numberAt(port, 'hostPort') ?? 0) > 0))
    return 'a port of the node itself';
  const spread = listAt(spec, 'topologySpreadConstraints');
  return spread.some((rule) => at(rule, 'whenUnsatisfiable') === 'DoNotSchedule') ? 'a strict spread' : undefined;
}

/** How many old pods the Deployment may take away now (kubernetes, pkg/controller/deployment/rolling.go). */
export function mayGo({ deployment, fresh, old }: Rollout): number {
  const wanted = wantedOf(deployment);
  const sizes = (sets: readonly KubernetesObject[]): number => sets.reduce((sum, set) => sum + wantedOf(set), 0);
  const total = sizes([...(fresh ? [fresh] : []), ...old]);
  const unavailable = fresh ? wantedOf(fresh) - (numberAt(fresh, 'status.availableReplicas') ?? 0) : 0;
  // Old pods that are not available go in any case.
  const lame = old.reduce((sum, set) => sum + wantedOf(set) - (numberAt(set, 'status.availableReplicas') ?? 0), 0);
  return (
    Math.max(total - (wanted - boundsOf(deployment, wanted).maxUnavailable) - unavailable, 0) +
    (total > 0 ? Math.max(lame, 0) : 0)
  );
}
