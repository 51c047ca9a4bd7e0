import type { State } from '../../src/core/diagnosis.ts';
import { numberAt, textAt, timeAt } from '../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../src/core/kubernetes/object.ts';
import { relaxedWords } from '../../src/core/kubernetes/relaxed.ts';
import { nameOf } from '../../src/core/look.ts';
import type { EvictionAnswer } from '../../src/core/look-answers.ts';
import { CouldNotLook } from '../../src/core/sight.ts';
import { quote } from './quote.ts';
import { rolloutState } from './rollout/rollout-state.ts';
import { evictionOf, type PdbView } from './view.ts';
import { ailmentOf, isReady, nodeOf } from './workload.ts';

/** A pod that starts, and a budget that was just made, take so long to be counted. */
export const youngMs = 60_000;

/** What is to be said of the Deployment where no cause was found. */
export function stateOf(view: PdbView): State {
  const { deployment, sight } = view;
  if (!deployment)
    return {
      is: 'broken',
      object: { ...sight.target },
      quote: `there is no Deployment ${sight.target.name} in ${view.namespace}`,
    };
  if (view.isRollingOut) return rolloutState(deployment, view);
  const counted = numberAt(deployment, 'status.updatedReplicas') ?? 0;
  if (counted < view.wanted) return replacedState(deployment, view.wanted - counted);
  const sick = view.living().find((pod) => !isReady(pod));
  if (sick) return sickState(sick, sight.now);
  const refused = refusalSeen(view);
  if (refused) return refusedState(view, refused.pod, refused.answer);
  return { is: 'healthy' };
}

/** Its ReplicaSet makes pods anew: nothing rolls, and yet not all are there. */
const replacedState = (deployment: KubernetesObject, missing: number): State => ({
  is: 'waiting',
  waiting: {
    for: `${missing} ${missing === 1 ? 'pod' : 'pods'} of ${deployment.metadata.name} to be made anew`,
    since: null,
    normallyUpTo: 'PT1M',
    nextTryAt: null,
  },
});

function sickState(pod: KubernetesObject, now: Date): State {
  const born = timeAt(pod, 'metadata.creationTimestamp');
  const says = quote(ailmentOf(pod)?.says ?? '');
  if (born && now.getTime() - born.getTime() < youngMs)
    return {
      is: 'waiting',
      waiting: { for: `Pod ${pod.metadata.name} to become ready`, since: born, normallyUpTo: 'PT1M', nextTryAt: null },
    };
  return { is: 'broken', object: refTo(pod), quote: says };
}

function refusedState(view: PdbView, pod: KubernetesObject, answer: EvictionAnswer): State {
  const words = answer.causes[0]?.message ?? answer.message;
  const [budget] = view.budgets();
  const born = budget && timeAt(budget, 'metadata.creationTimestamp');
  if (born && view.sight.now.getTime() - born.getTime() < youngMs)
    return {
      is: 'waiting',
      waiting: {
        for: `PodDisruptionBudget ${budget.metadata.name} to be counted for the first time`,
        since: born,
        normallyUpTo: 'PT1M',
        nextTryAt: null,
      },
    };
  return { is: 'broken', object: refTo(pod), quote: quote(`${answer.code}: ${words}`) };
}

/** The eviction of a ready pod that was refused. Throws where an eviction that was to be tried could not be. */
function refusalSeen(view: PdbView): { readonly pod: KubernetesObject; readonly answer: EvictionAnswer } | undefined {
  for (const { pod, answer } of view.tried()) {
    if (!answer.ok && answer.why !== 'not-found') throw new CouldNotLook(nameOf(evictionOf(pod)), answer);
    if (answer.ok && answer.value.code !== 201 && isReady(pod)) return { pod, answer: answer.value };
  }
  return undefined;
}

/** Are users hurt now, and does something wait for these pods to go? */
export function impactOf(view: PdbView): string {
  const { deployment, wanted } = view;
  if (!deployment) return 'unknown: the Deployment does not exist';
  const ready = numberAt(deployment, 'status.readyReplicas') ?? 0;
  const serve =
    wanted === 0
      ? 'no pod is wanted, none serves'
      : ready === 0
        ? `users are not served: none of ${wanted} pods is ready`
        : `users are served by ${ready} of ${wanted} pods`;
  return [serve, goingOf(view), ...view.budgets().flatMap((budget) => relaxedWords(budget, view.sight.now))].join('; ');
}

function goingOf(view: PdbView): string {
  if (view.isRollingOut) return 'a rollout is under way';
  const answers = view.tried().flatMap(({ pod, answer }) => (answer.ok ? [{ pod, code: answer.value.code }] : []));
  const stuck = answers.find(({ pod, code }) => code !== 201 && isReady(pod));
  if (stuck) {
    const nodes = cordonedOf(view);
    return nodes.length > 0
      ? `the drain of ${nodes.join(', ')} waits for them`
      : `a drain of ${nodeOf(stuck.pod)} would wait for them`;
  }
  const free = answers.find(({ code }) => code === 201);
  const allowed = view.budgets().flatMap((budget) => numberAt(budget, 'status.disruptionsAllowed') ?? []);
  if (free && allowed.length === 1) return `${allowed[0]} of them may be evicted now`;
  return free ? `${textAt(free.pod, 'metadata.name')} may be evicted now` : 'whether one may be evicted was not tried';
}

function cordonedOf(view: PdbView): readonly string[] {
  try {
    return view.drained().map(({ node }) => node.metadata.name);
  } catch (error) {
    if (error instanceof CouldNotLook) return [];
    throw error;
  }
}
