import { at, condition, numberAt, textAt } from '../core/kubernetes/field.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { selects } from '../core/kubernetes/selectors.ts';
import { preconditionFailed, refusal } from './api-status.ts';
import { type Cluster, timeText } from './cluster.ts';
import { type DeleteOptions, remove } from './deletion.ts';
import { isMap } from './json.ts';

/** The eviction of a pod, decided as the API server decides it (kubernetes, pkg/registry/core/pod/storage/eviction.go). */
export function evict(cluster: Cluster, pod: KubernetesObject, options: DeleteOptions): void {
  const budgets = cluster.store
    .of(kinds.PodDisruptionBudget, pod.metadata.namespace)
    .filter((budget) => selects(at(budget, 'spec.selector'), pod.metadata.labels ?? {}));
  const { name, uid = '' } = pod.metadata;
  if (options.uid !== undefined && options.uid !== uid)
    throw preconditionFailed(kinds.Pod, name, 'UID', options.uid, uid);
  if (!isBeyondBudgets(pod)) {
    if (budgets.length > 1)
      throw refusal(
        500,
        '',
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      );
    const [budget] = budgets;
    if (budget && !goesUnready(pod, budget)) spend(cluster, budget, pod, options.dryRun);
  }
  remove(cluster, kinds.Pod, pod, options);
}

/** Nothing is lost with a pod that ended, ends or never ran. */
const isBeyondBudgets = (pod: KubernetesObject): boolean =>
  pod.metadata.deletionTimestamp !== undefined ||
  ['Pending', 'Succeeded', 'Failed'].includes(textAt(pod, 'status.phase') ?? '');

function goesUnready(pod: KubernetesObject, budget: KubernetesObject): boolean {
  if (condition(pod, 'Ready')?.status === 'True') return false;
  if (textAt(budget, 'spec.unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const desired = numberAt(budget, 'status.desiredHealthy') ?? 0;
  return desired > 0 && (numberAt(budget, 'status.currentHealthy') ?? 0) >= desired;
}

function spend(cluster: Cluster, budget: KubernetesObject, pod: KubernetesObject, dryRun: boolean): void {
  const { name, generation = 0 } = budget.metadata;
  if ((numberAt(budget, 'status.observedGeneration') ?? 0) < generation)
    throw blocked(`The disruption budget ${name} is still being processed by the server.`, 10);
  const allowed = numberAt(budget, 'status.disruptionsAllowed') ?? 0;
  if (allowed < 0)
    throw refusal(
      403,
      'Forbidden',
      `poddisruptionbudgets.policy "${name}" is forbidden: pdb disruptions allowed is negative`,
    );
  if (allowed === 0) {
    const [desired, current] = [
      numberAt(budget, 'status.desiredHealthy') ?? 0,
      numberAt(budget, 'status.currentHealthy') ?? 0,
    ];
    throw blocked(`The disruption budget ${name} needs ${desired} healthy pods and has ${current} currently`);
  }
  if (dryRun) return;
  const status = isMap(budget['status']) ? budget['status'] : {};
  const disrupted = isMap(status['disruptedPods']) ? status['disruptedPods'] : {};
  cluster.store.put(kinds.PodDisruptionBudget, {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: allowed - 1,
      disruptedPods: { ...disrupted, [pod.metadata.name]: timeText(cluster.now()) },
    },
  });
}

const blocked = (cause: string, retryAfterSeconds?: number): Error =>
  refusal(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message: cause }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
