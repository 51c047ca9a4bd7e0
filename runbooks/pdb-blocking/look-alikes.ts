import type { LookAlikes } from '../../src/core/diagnosis.ts';

/** What looks the same and is not. */
export const lookAlikes: readonly LookAlikes[] = [
  {
    symptom: 'the budget shows 0 allowed disruptions',
    codes: [
      'pdb-no-headroom',
      'pdb-unhealthy-pods',
      'pdb-zero-disruptions-by-spec',
      'pdb-percent-rounding',
      'pdb-selector-mismatch',
      'pdb-selector-too-broad',
      'pdb-sync-failed',
      'pdb-status-stale',
      'evictions-in-flight',
      'replacement-unschedulable',
    ],
  },
  {
    symptom: 'an eviction is refused though the budget has room',
    codes: ['pdb-multiple', 'eviction-forbidden', 'pdb-no-headroom', 'pdb-selector-mismatch', 'pdb-selector-too-broad'],
  },
  {
    symptom: 'the node stays, and no eviction was refused',
    codes: ['drain-blocked-not-pdb', 'autoscaler-not-pdb', 'terminating-stuck'],
  },
  {
    symptom: 'it blocks at night and not by day',
    codes: ['hpa-min-below-pdb', 'hpa-replicas-fight', 'hpa-cannot-scale', 'pdb-no-headroom'],
  },
  { symptom: 'a pod does not go', codes: ['evictions-in-flight', 'terminating-stuck', 'strategy-recreate-blocked'] },
  {
    symptom: 'a new pod stays Pending',
    codes: [
      'rollout-antiaffinity-deadlock',
      'rollout-unschedulable',
      'rollout-quota-or-admission',
      'replacement-unschedulable',
    ],
  },
  {
    symptom: 'no new pod appears',
    codes: [
      'rollout-paused',
      'apply-rejected',
      'controller-manager-lag',
      'rollout-quota-or-admission',
      'strategy-recreate-blocked',
    ],
  },
  {
    symptom: 'the rollout does not finish',
    codes: [
      'rollout-antiaffinity-deadlock',
      'rollout-readiness-failing',
      'rollout-image-pull',
      'rollout-crashloop',
      'rollout-config-missing',
      'rollout-unschedulable',
      'rollout-quota-or-admission',
      'rollout-paused',
      'rollout-slow-not-stuck',
      'strategy-recreate-blocked',
      'terminating-stuck',
      'controller-manager-lag',
    ],
  },
];
