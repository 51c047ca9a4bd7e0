import { expect, test } from 'vitest';
import { readinessOf } from '../../../src/core/deploy/readiness.ts';
import type { Fetched } from '../../../src/core/fetched.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

const counts = (pods: number) => ({
  observedGeneration: 1,
  replicas: pods,
  updatedReplicas: pods,
  availableReplicas: pods,
});
/** As it is right after its ReplicaSet has come up: the manifests leave `spec.replicas` out, which makes it 1. */
const deployment = (replicas: number, pods = replicas): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'auth-service', namespace: 'orion-staging', generation: 1 },
  spec: { replicas },
  status: counts(pods),
});
const scaler = (spec: object = {}, target = 'auth-service'): KubernetesObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: `${target}-hpa`, namespace: 'orion-staging' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: target }, maxReplicas: 10, ...spec },
});
const seen = (...value: KubernetesObject[]): Fetched<readonly KubernetesObject[]> => ({ ok: true, value });

test.each([
  ['fewer than the autoscaler keeps', deployment(1), seen(scaler({ minReplicas: 5 })), false, '1 of 5 pods available'],
  ['as many as it keeps', deployment(5), seen(scaler({ minReplicas: 5 })), true, '5 of 5 pods available'],
  ['more than it keeps', deployment(7), seen(scaler({ minReplicas: 5 })), true, '7 of 7 pods available'],
  ['raised, and not all there', deployment(5, 3), seen(scaler({ minReplicas: 5 })), false, '3 of 5 pods available'],
  ['an autoscaler without a minimum', deployment(1), seen(scaler()), true, '1 of 1 pods available'],
  ['of another Deployment', deployment(1), seen(scaler({ minReplicas: 5 }, 'web')), true, '1 of 1 pods available'],
  ['scaled to 0: it is left alone', deployment(0), seen(scaler({ minReplicas: 5 })), true, '0 of 0 pods available'],
  ['none', deployment(1), seen(), true, '1 of 1 pods available'],
  [
    'one that may not be read',
    deployment(1),
    { ok: false, why: 'forbidden', detail: 'no' },
    true,
    '1 of 1 pods available, as far as is seen: what an autoscaler keeps at least could not be read',
  ],
] as const)('a Deployment beside an autoscaler: %s', (_, object, scalers, ready, reason) => {
  expect(readinessOf(object, scalers)).toEqual({
    object: 'Deployment/auth-service',
    ready,
    failing: false,
    reason: `Deployment/auth-service: ${reason}`,
  });
});
