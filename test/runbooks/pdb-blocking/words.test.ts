import { expect, test } from 'vitest';
import { refusalIn } from '../../../runbooks/pdb-blocking/rollout/refusal.ts';
import { isKeptByPods, obstaclesIn } from '../../../runbooks/pdb-blocking/rollout/scheduling.ts';

/** Texts of the scheduler and of the API server, each as it was recorded. */
const scheduler = (reasons: string): string =>
  `0/3 nodes are available: ${reasons}. no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.`;

test.each([
  ["3 node(s) didn't match pod anti-affinity rules", [[3, "node(s) didn't match pod anti-affinity rules"]]],
  ['3 Insufficient cpu', [[3, 'Insufficient cpu']]],
  [
    "1 node(s) were unschedulable, 2 node(s) didn't match pod anti-affinity rules",
    [
      [1, 'node(s) were unschedulable'],
      [2, "node(s) didn't match pod anti-affinity rules"],
    ],
  ],
  [
    '1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }, 2 Insufficient memory',
    [
      [1, 'node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }'],
      [2, 'Insufficient memory'],
    ],
  ],
])('the scheduler says: %s', (reasons, wanted) => {
  expect(obstaclesIn(scheduler(reasons)).map(({ nodes, words }) => [nodes, words])).toEqual(wanted);
  expect(obstaclesIn(`0/3 nodes are available: ${reasons}.`).map(({ nodes, words }) => [nodes, words])).toEqual(wanted);
});

test('what pods hold, and what the cluster lacks', () => {
  const kept = (reasons: string) => obstaclesIn(scheduler(reasons)).some(isKeptByPods);
  expect(kept("3 node(s) didn't have free ports for the requested pod ports")).toBe(true);
  expect(kept("3 node(s) didn't satisfy existing pods anti-affinity rules")).toBe(true);
  expect(kept('3 Insufficient cpu')).toBe(false);
  expect(obstaclesIn('something else')).toEqual([]);
});

test.each([
  [
    'pods "a-x" is forbidden: exceeded quota: tight, requested: pods=1, used: pods=3, limited: pods=3',
    'quota',
    'tight',
  ],
  [
    'pods "a-x" is forbidden: failed quota: compute: must specify limits.memory for: c; requests.cpu for: c',
    'quota-wants-limits',
    'compute',
  ],
  ['pods "a-x" is forbidden: maximum cpu usage per Container is 500m, but limit is 1', 'limit-range', ''],
  [
    'pods "a-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)',
    'pod-security',
    'restricted:latest',
  ],
  [
    'pods "a-" is forbidden: error looking up service account p18sa/auth-sa: serviceaccount "auth-sa" not found',
    'service-account',
    'auth-sa',
  ],
  [
    `pods "a-x" is forbidden: ValidatingAdmissionPolicy 'require-team' with binding 'require-team' denied request: label team is required`,
    'policy',
    'require-team',
  ],
  ['admission webhook "validate.kyverno.svc" denied the request: no', 'policy', 'validate.kyverno.svc'],
  [
    'Internal error occurred: failed calling webhook "policy.orion.example": failed to call webhook: Post "https://policy.p18hook.svc:443/v?timeout=2s": service "policy" not found',
    'webhook-down',
    'policy.orion.example',
  ],
  ['pods "a-x" is forbidden: something new', 'other', ''],
])('refused: %s', (message, by, name) => {
  expect(refusalIn(message)).toMatchObject({ by, name });
});
