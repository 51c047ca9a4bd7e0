import { kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { Looker } from '../core/look.ts';
import type { Clock } from '../core/outside/clock.ts';
import { type DrainPlan, longName } from '../core/procedures/drain-plan.ts';
import type { Watch } from './drain-watch.ts';

type Replacing = {
  readonly plan: DrainPlan;
  readonly namespace: string;
  readonly look: Looker;
  readonly clock: Clock;
  readonly deadline: number;
};

const lookAgainMs = 300;

/**
 * Until as many pods are ready as before, without the one that was evicted. Of other workloads only that it is gone is waited for.
 * To be called once the eviction was answered: only a count begun after that is believed, for one begun before may hold the old state.
 * Nor is it late before something that was begun after the time was up was seen: the process may have been held up in between.
 */
export async function untilReplaced(
  { plan, namespace, look, clock, deadline }: Replacing,
  watch: Watch,
  pod: KubernetesObject,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { name, uid = '' } = pod.metadata;
  const isOurs = pod.metadata.namespace === namespace && pod.metadata.labels?.['app'] === 'auth-service';
  const before = watch.counts().begun;
  let beforeTheEnd: number | undefined;
  for (;;) {
    await clock.sleep(lookAgainMs, signal);
    const harm = watch.harm();
    if (harm !== undefined) return harm;
    const isOver = clock.now().getTime() >= deadline;
    if (isOurs) {
      const count = watch.count();
      if (count && count.nth > before && !count.uids.has(uid) && count.ready >= plan.readyBefore) return undefined;
      const { begun, ended, trouble } = watch.counts();
      if (isOver) beforeTheEnd ??= begun;
      if (beforeTheEnd === undefined || ended <= beforeTheEnd) continue;
      return `${longName(pod)} was evicted and not replaced in time${trouble === undefined ? '' : ` (the pods could not be counted: ${trouble})`}`;
    }
    const live = await look({ at: 'get', kind: kinds.Pod, namespace: pod.metadata.namespace ?? '', name }, signal);
    if (live.ok ? live.value.metadata.uid !== uid : live.why === 'not-found') return undefined;
    if (isOver)
      return `${longName(pod)} was evicted and has not ended in time${live.ok ? '' : ` (it could not be looked at: ${live.detail})`}`;
  }
}
