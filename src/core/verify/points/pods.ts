/** What keeps pods from being made, placed, started, ready or gone. */
export const podCauses: readonly string[] = [
  'apply-rejected',
  'controller-manager-lag',
  'rollout-paused',
  'rollout-quota-or-admission',
  'rollout-antiaffinity-deadlock',
  'rollout-unschedulable',
  'rollout-image-pull',
  'rollout-config-missing',
  'rollout-crashloop',
  'rollout-readiness-failing',
  'terminating-stuck',
  'strategy-recreate-blocked',
  'rollout-slow-not-stuck',
  'replacement-unschedulable',
  'pdb-unhealthy-pods',
];
