import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { merged } from '../../../src/practice/json.ts';
import { codesOf, diagnosisOf, scenarios, told } from '../scenario-files.ts';

/**
 * Moments that last from a blink to a grace period, between what one controller writes and what the next one makes of it: who looks just
 * then must not name what is only on its way.
 */
type Change = { readonly kind: string; readonly named?: RegExp; readonly patch: object };

async function at(name: string, ...changes: readonly Change[]) {
  const scenario = scenarios.find((one) => one.name === name);
  if (!scenario) throw new Error(`there is no scenario ${name}`);
  const fits = ({ kind, metadata }: KubernetesObject, change: Change) =>
    kind === change.kind && (change.named ?? /./).test(metadata.name);
  for (const change of changes) expect(scenario.objects.filter((one) => fits(one, change))).not.toEqual([]);
  const objects = scenario.objects.map((one) =>
    changes.filter((change) => fits(one, change)).reduce<unknown>((now, { patch }) => merged(now, patch), one),
  );
  const diagnosis = await diagnosisOf({ ...scenario, objects: objects as readonly KubernetesObject[] });
  return {
    outcome: diagnosis.outcome,
    roots: diagnosis.rootCauses,
    codes: codesOf(diagnosis),
    waits: diagnosis.waiting?.for ?? '',
    told: told(diagnosis),
  };
}

describe('a pod is replaced, and its ReplicaSet counts one less while it makes the new one', () => {
  const oneLess: Change = {
    kind: 'Deployment',
    patch: { status: { replicas: 2, updatedReplicas: 2, unavailableReplicas: null } },
  };

  test('no rollout: what finds no node is the replacement', async () => {
    const seen = await at('replacement-unschedulable-live', oneLess);
    expect(seen.roots, seen.told).toEqual(['replacement-unschedulable']);
  });

  test('before it is made, it is waited for', async () => {
    const seen = await at('replacement-unschedulable-live', oneLess, {
      kind: 'Pod',
      named: /4wnx5$/,
      patch: { metadata: { ownerReferences: null, labels: { app: 'another' } } },
    });
    expect([seen.outcome, seen.roots], seen.told).toEqual(['waiting', []]);
    expect(seen.waits).toContain('to be made anew');
  });

  test('where it is refused, that is told as before', async () => {
    const message =
      'pods "auth-service-84f589f569-" is forbidden: error looking up service account: serviceaccount "auth" not found';
    const seen = await at('replacement-unschedulable-live', oneLess, {
      kind: 'ReplicaSet',
      patch: {
        status: {
          replicas: 2,
          conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }],
        },
      },
    });
    expect(seen.roots, seen.told).toContain('rollout-quota-or-admission');
  });
});
