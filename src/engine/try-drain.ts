import { ExpectedStop } from '../core/failure.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { Looker } from '../core/look.ts';
import type { ClusterWriter } from '../core/outside/cluster-writer.ts';
import { cordon, type DrainPlan } from '../core/procedures/drain-plan.ts';
import { evictionLook } from '../core/procedures/evictions.ts';
import { type Hindrance, hindranceOf, notDrained, notSeen } from '../core/procedures/hindrances.ts';
import { isRace } from './drain.ts';

/** So many evictions are tried at a time: a full node has a hundred pods, and others need the API server too. */
const mostAtATime = 4;

const namespaceOf = ({ metadata }: KubernetesObject): string => metadata.namespace ?? '';

type Trying = { readonly plan: DrainPlan; readonly look: Looker; readonly writer: ClusterWriter };

/**
 * Nothing is begun where the server would refuse a step of it: the cordon and every eviction are tried, in whatever namespace, and none
 * is done. Throws with all that stands in the way.
 */
export async function tryDrain({ plan, look, writer }: Trying, signal: AbortSignal): Promise<void> {
  const node = plan.node.metadata.name;
  const cordoned = await writer.send(cordon(plan.node), { dryRun: true }, signal);
  if (!cordoned.ok && !isRace(cordoned))
    throw new ExpectedStop(
      'refused',
      `${node} may not be cordoned: ${cordoned.detail} Nothing was changed.`,
      cordoned.needs === undefined ? [] : [`The right that is missing: ${cordoned.needs}`],
    );
  const found: Hindrance[] = [];
  const left = [...plan.evict];
  const tryOn = async (): Promise<void> => {
    for (let pod = left.shift(); pod !== undefined; pod = left.shift()) {
      const hindrance = hindranceOf(pod, await look(evictionLook(pod), signal)) ?? (await unseen(pod));
      if (hindrance !== undefined) found.push(hindrance);
    }
  };
  // Whether one of others is gone is seen by looking at it: that must be allowed wherever one is, which one of each namespace shows.
  const firsts =
    plan.scope === 'own-pods' ? [] : [...Map.groupBy(plan.evict, namespaceOf).values()].map(([one]) => one);
  const unseen = async (pod: KubernetesObject): Promise<Hindrance | undefined> => {
    if (!firsts.includes(pod)) return undefined;
    const { namespace = '', name } = pod.metadata;
    const seen = await look({ at: 'get', kind: kinds.Pod, namespace, name }, signal);
    return seen.ok ? undefined : notSeen(pod, seen);
  };
  await Promise.all(Array.from({ length: mostAtATime }, tryOn));
  if (found.length === 0) return;
  const { because, next } = notDrained(plan, found);
  throw new ExpectedStop('refused', because, next);
}
