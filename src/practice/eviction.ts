import { covers, evictionAnswer, isSpent } from '../core/kubernetes/eviction.ts';
import { numberAt } from '../core/kubernetes/field.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { EvictionAnswer } from '../core/look-answers.ts';
import { preconditionFailed, refusal } from './api-status.ts';
import { type Cluster, timeText } from './cluster.ts';
import { type DeleteOptions, remove } from './deletion.ts';
import { isMap } from './json.ts';

/** The eviction of a pod: the answer is core's own, so that what is tried without a cluster and what is done here cannot differ. */
export function evict(cluster: Cluster, pod: KubernetesObject, options: DeleteOptions, denied?: string): void {
  const { name, uid = '' } = pod.metadata;
  if (options.uid !== undefined && options.uid !== uid)
    throw preconditionFailed(kinds.Pod, name, 'UID', options.uid, uid);
  const budgets = cluster.store.of(kinds.PodDisruptionBudget, pod.metadata.namespace);
  const answer = evictionAnswer(pod, budgets, denied);
  if (answer.code !== 201) throw refusalOf(answer);
  const [budget] = budgets.filter((item) => covers(item, pod));
  if (budget && isSpent(pod, budget) && !options.dryRun) spend(cluster, budget, pod);
  remove(cluster, kinds.Pod, pod, options);
}

const reasons: Readonly<Record<number, string>> = { 403: 'Forbidden', 422: 'Invalid', 429: 'TooManyRequests' };

function refusalOf({ code, message, causes }: EvictionAnswer): Error {
  const isBeingProcessed = causes.some((cause) => cause.message.endsWith('is still being processed by the server.'));
  return refusal(
    code,
    reasons[code] ?? '',
    message,
    causes.length === 0 ? undefined : { causes, ...(isBeingProcessed ? { retryAfterSeconds: 10 } : {}) },
  );
}

function spend(cluster: Cluster, budget: KubernetesObject, pod: KubernetesObject): void {
  const status = isMap(budget['status']) ? budget['status'] : {};
  const disrupted = isMap(status['disruptedPods']) ? status['disruptedPods'] : {};
  cluster.store.put(kinds.PodDisruptionBudget, {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: (numberAt(budget, 'status.disruptionsAllowed') ?? 0) - 1,
      disruptedPods: { ...disrupted, [pod.metadata.name]: timeText(cluster.now()) },
    },
  });
}
