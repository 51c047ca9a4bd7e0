import type { Cause } from '../../src/core/diagnosis.ts';
import { hpaCannotScale } from './autoscaler/hpa-cannot-scale.ts';
import { hpaReplicasFight } from './autoscaler/hpa-replicas-fight.ts';
import { applyRejected } from './rollout/apply-rejected.ts';
import { controllerManagerLag } from './rollout/controller-manager-lag.ts';
import { rolloutAntiaffinityDeadlock } from './rollout/rollout-antiaffinity-deadlock.ts';
import { rolloutConfigMissing } from './rollout/rollout-config-missing.ts';
import { rolloutCrashloop } from './rollout/rollout-crashloop.ts';
import { rolloutImagePull } from './rollout/rollout-image-pull.ts';
import { rolloutPaused } from './rollout/rollout-paused.ts';
import { rolloutQuotaOrAdmission } from './rollout/rollout-quota-or-admission.ts';
import { rolloutReadinessFailing } from './rollout/rollout-readiness-failing.ts';
import { rolloutSlowNotStuck } from './rollout/rollout-slow-not-stuck.ts';
import { rolloutUnschedulable } from './rollout/rollout-unschedulable.ts';
import { strategyRecreateBlocked } from './rollout/strategy-recreate-blocked.ts';
import { terminatingStuck } from './rollout/terminating-stuck.ts';
import type { PdbView } from './view.ts';

/** What holds a rollout, in the order in which a rollout goes: is it seen, paused, made, placed, pulled, started, ready, gone. */
export const rolloutCauses: readonly Cause<PdbView>[] = [
  applyRejected,
  controllerManagerLag,
  rolloutPaused,
  rolloutQuotaOrAdmission,
  rolloutAntiaffinityDeadlock,
  rolloutUnschedulable,
  rolloutImagePull,
  rolloutConfigMissing,
  rolloutCrashloop,
  rolloutReadinessFailing,
  terminatingStuck,
  strategyRecreateBlocked,
  hpaReplicasFight,
  hpaCannotScale,
  rolloutSlowNotStuck,
];
