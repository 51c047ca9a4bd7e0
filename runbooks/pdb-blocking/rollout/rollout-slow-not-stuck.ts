import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { condition, listAt, numberAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { podTrouble } from '../../../src/core/kubernetes/pod-trouble.ts';
import type { PdbView } from '../view.ts';
import { isTerminating, wantedOf } from '../workload.ts';
import { controllerManagerLag } from './controller-manager-lag.ts';
import { type Rollout, rolloutOf } from './fresh-pods.ts';
import { rolloutAntiaffinityDeadlock } from './rollout-antiaffinity-deadlock.ts';
import { rolloutConfigMissing } from './rollout-config-missing.ts';
import { rolloutCrashloop } from './rollout-crashloop.ts';
import { rolloutImagePull } from './rollout-image-pull.ts';
import { rolloutPaused } from './rollout-paused.ts';
import { rolloutQuotaOrAdmission } from './rollout-quota-or-admission.ts';
import { rolloutReadinessFailing } from './rollout-readiness-failing.ts';
import { rolloutUnschedulable } from './rollout-unschedulable.ts';
import { allowedToStart, mayStillStart } from './starting-time.ts';
import { strategyRecreateBlocked } from './strategy-recreate-blocked.ts';
import { terminatingStuck } from './terminating-stuck.ts';

/** What holds a rollout: where one of them is there, it is not slow. */
const holders: readonly Cause<PdbView>[] = [
  controllerManagerLag,
  rolloutPaused,
  rolloutQuotaOrAdmission,
  rolloutAntiaffinityDeadlock,
  rolloutUnschedulable,
  rolloutImagePull,
  rolloutConfigMissing,
  rolloutCrashloop,
  rolloutReadinessFailing,
  strategyRecreateBlocked,
  terminatingStuck,
];

export const rolloutSlowNotStuck: Cause<PdbView> = {
  code: 'rollout-slow-not-stuck',
  title: 'The rollout goes on, slowly',
  severity: 'note',
  owner: 'application',
  explains: [],
  // Never a root: it only waits.
  symptom: true,
  look(view) {
    const rollout = rolloutOf(view);
    if (!rollout || holders.some((cause) => cause.look(view).verdict === 'found')) return clear();
    const { deployment, freshPods, oldPods, now } = rollout;
    const isTroubled = (pod: KubernetesObject): boolean => podTrouble(pod, now) !== undefined;
    const progressing = condition(deployment, 'Progressing');
    if (!goesOn(view, rollout)) return clear();
    const wanted = wantedOf(deployment);
    const done = numberAt(deployment, 'status.updatedReplicas') ?? 0;
    const isLate = progressing?.status === 'False';
    return found({
      object: refTo(deployment),
      because: `${done} of ${wanted} pods are of the new version, ${freshPods.filter((pod) => !isTroubled(pod)).length} of them ready, ${oldPods.filter((pod) => !isTerminating(pod)).length} old ones are left.${isLate ? ` Its deadline of ${numberAt(deployment, 'spec.progressDeadlineSeconds') ?? 600} s is shorter than a pod may take to start, so "exceeded its progress deadline" says nothing here.` : ''}`,
      confidence: 'confirmed',
      evidence: [
        saw(deployment, 'status.updatedReplicas', String(wanted)),
        ...(progressing ? [sawCondition(deployment, progressing)] : []),
        ...(numberAt(deployment, 'spec.minReadySeconds') ? [saw(deployment, 'spec.minReadySeconds')] : []),
      ],
      waiting: {
        for: `the rollout of ${deployment.metadata.name}: ${wanted - done} pods to replace, ${freshPods.filter(isTroubled).length} to start`,
        since: movedAt(deployment) ?? null,
        normallyUpTo: `PT${Math.ceil((stepSeconds(rollout) * Math.max(1, wanted - done + 1)) / 60)}M`,
        nextTryAt: null,
      },
      remedies: isLate
        ? [
            byHand({
              id: 'longer-deadline',
              title: 'Give it a deadline that is longer than a pod may take to start (in the overlay)',
              risk: 'low',
              commands: [
                `kubectl -n ${view.namespace} patch deployment ${deployment.metadata.name} --type merge -p '{"spec":{"progressDeadlineSeconds":${stepSeconds(rollout) * 2}}}'`,
              ],
            }),
          ]
        : [],
    });
  },
};

/** Its pods are ready or may still be starting, and its deadline is not over; or the deadline is shorter than a start may take. */
function goesOn({ sight }: PdbView, { deployment, freshPods }: Rollout): boolean {
  const isStarting = freshPods.every((pod) => {
    const trouble = podTrouble(pod, sight.now);
    return !trouble || ((trouble.is === 'unready' || trouble.is === 'starting') && mayStillStart(pod, sight.now));
  });
  const progressing = condition(deployment, 'Progressing');
  if (progressing?.status !== 'False') return isStarting || !isStill(deployment, sight.now);
  return isStarting && freshPods.length > 0;
}

/** Nothing has moved for as long as the deadline allows. */
function isStill(deployment: KubernetesObject, now: Date): boolean {
  const moved = movedAt(deployment);
  return moved === undefined || now.getTime() - moved.getTime() > 60_000;
}

/** When the controller last saw progress. */
function movedAt(deployment: KubernetesObject): Date | undefined {
  const entry = listAt(deployment, 'status.conditions').find((item) => textAt(item, 'type') === 'Progressing');
  return timeAt(entry, 'lastUpdateTime');
}

/** How long one step may take: a pod's start, and the time for which it must stay ready. */
function stepSeconds({ deployment, freshPods }: Rollout): number {
  const [pod] = freshPods;
  return (pod ? allowedToStart(pod) : 30) + (numberAt(deployment, 'spec.minReadySeconds') ?? 0);
}
