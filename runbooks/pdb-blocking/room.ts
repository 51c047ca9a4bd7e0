import { at, condition, listAt, textMapAt, textsAt } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { quantity } from '../../src/core/kubernetes/quantity.ts';
import { selects } from '../../src/core/kubernetes/selectors.ts';
import type { PdbView } from './view.ts';
import { isUnscheduled, nodeOf } from './workload.ts';

/** Why `more` pods of the Deployment would not come up, as far as that can be seen beforehand; null where nothing speaks against it. */
export function noRoomFor(view: PdbView, more: number): string | null {
  if (more <= 0) return null;
  const waiting = view.living().find((pod) => isUnscheduled(pod) && condition(pod, 'PodScheduled')?.status === 'False');
  if (waiting) return `${waiting.metadata.name} already waits for a node: more pods would wait as well`;
  return tightQuota(view, more) ?? tightNodes(view, more);
}

function tightQuota({ sight, namespace, deployment }: PdbView, more: number): string | null {
  const quotas = sight.tryList(kinds.ResourceQuota, namespace);
  if (!quotas.ok) return `could not see whether a quota has room (${quotas.needs ?? quotas.detail})`;
  for (const quota of quotas.value) {
    // A quota with a scope counts some pods only; which ones is not judged here, so it is taken to count these.
    const used = at(quota, 'status.used');
    for (const [name, hard] of Object.entries(textMapAt(quota, 'status.hard'))) {
      const each = costOf(deployment, name);
      const [limit, taken] = [quantity(hard), quantity((used as Record<string, unknown> | undefined)?.[name])];
      if (each === undefined || limit === undefined || taken === undefined) continue;
      if (taken + each * more > limit)
        return `ResourceQuota ${quota.metadata.name} has no room: ${name} is at ${String((used as Record<string, unknown>)[name])} of ${hard}`;
    }
  }
  return null;
}

/** What one pod takes of a quota's resource; undefined where it takes none. */
function costOf(deployment: KubernetesObject | undefined, name: string): number | undefined {
  if (name === 'pods' || name === 'count/pods') return 1;
  const [, kind = 'requests', resource] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(name) ?? [];
  return resource === undefined ? undefined : sumOf(deployment, kind, resource);
}

const sumOf = (deployment: KubernetesObject | undefined, kind: string, resource: string): number =>
  listAt(deployment, 'spec.template.spec.containers').reduce<number>(
    (sum, container) => sum + (quantity(at(container, `resources.${kind}.${resource}`)) ?? 0),
    0,
  );

function tightNodes(view: PdbView, more: number): string | null {
  const nodes = view.sight.tryList(kinds.Node);
  if (!nodes.ok) return `could not see whether a node has room (${nodes.needs ?? nodes.detail})`;
  const open = nodes.value.filter(
    (node) =>
      at(node, 'spec.unschedulable') !== true && condition(node, 'Ready')?.status === 'True' && !isTainted(node),
  );
  if (open.length === 0) return 'no node takes new pods: all are cordoned, tainted or not ready';
  const [cpu, memory] = ['cpu', 'memory'].map((resource) => sumOf(view.deployment, 'requests', resource));
  const wide = open.filter(
    (node) =>
      (quantity(at(node, 'status.allocatable.cpu')) ?? Number.POSITIVE_INFINITY) >= (cpu ?? 0) &&
      (quantity(at(node, 'status.allocatable.memory')) ?? Number.POSITIVE_INFINITY) >= (memory ?? 0),
  );
  if (wide.length === 0) return 'no node that takes pods is large enough for one';
  if (!keepsApart(view.deployment)) return null;
  const taken = new Set(view.living().map(nodeOf));
  const free = wide.filter(({ metadata }) => !taken.has(metadata.name)).length;
  return free < more
    ? `its pods must stand on nodes of their own (required anti-affinity), and ${free} of ${open.length} nodes that take pods have none of them`
    : null;
}

const isTainted = (node: KubernetesObject): boolean =>
  listAt(node, 'spec.taints').some((taint) => ['NoSchedule', 'NoExecute'].includes(String(at(taint, 'effect'))));

/** Whether the pods may not share a node: required anti-affinity against their own labels, by host. */
function keepsApart(deployment: KubernetesObject | undefined): boolean {
  const labels = textMapAt(deployment, 'spec.template.metadata.labels');
  const terms = listAt(
    deployment,
    'spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution',
  );
  return terms.some(
    (term) =>
      at(term, 'topologyKey') === 'kubernetes.io/hostname' &&
      selects(at(term, 'labelSelector'), labels) &&
      textsAt(term, 'namespaces').length === 0,
  );
}
