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

describe('a pod whose predecessor holds its node', () => {
  const word = (nodes: string) => ({
    status: {
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: `0/3 nodes are available: ${nodes}. no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.`,
        },
      ],
    },
  });
  const apart = (nodes: number) => word(`${nodes} node(s) didn't match pod anti-affinity rules`);
  const isEnding = { metadata: { deletionTimestamp: '2026-11-27T03:01:40Z', deletionGracePeriodSeconds: 30 } };
  const isGone = { metadata: { ownerReferences: null, labels: { app: 'another' } }, spec: { nodeName: 'worker-z' } };
  const uncordoned: Change = {
    kind: 'Node',
    named: /worker-b$/,
    patch: { spec: { unschedulable: null, taints: null } },
  };

  test('the new version, one old pod at a time: not while the old one ends, nor in the seconds after', async () => {
    // By now the new ReplicaSet has all the strategy gives it, and no further old pod may go.
    const rolling: Change = {
      kind: 'Deployment',
      patch: {
        spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
        status: { replicas: 3, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2 },
      },
    };
    const old: Change = {
      kind: 'ReplicaSet',
      named: /84f589f569$/,
      patch: { spec: { replicas: 2 }, status: { replicas: 2, readyReplicas: 2, availableReplicas: 2 } },
    };
    const fresh: Change = { kind: 'Pod', named: /clvql$/, patch: apart(3) };
    const left = (patch: object): Change => ({ kind: 'Pod', named: /4cbhv$/, patch });
    for (const patch of [isEnding, isGone]) {
      const seen = await at('rollout-antiaffinity-deadlock-live', rolling, old, fresh, left(patch));
      expect([seen.outcome, seen.roots], seen.told).toEqual(['waiting', []]);
    }
    // Looked at again and refused again: that is its last word.
    const again: Change = {
      kind: 'Pod',
      named: /clvql$/,
      patch: word(`1 Insufficient foo, 2 node(s) didn't match pod anti-affinity rules`),
    };
    const seen = await at('rollout-antiaffinity-deadlock-live', rolling, old, again, left(isGone));
    expect(seen.roots, seen.told).toEqual(['rollout-unschedulable']);
  });

  test('a pod deleted by hand, without a cordon: its successor waits, and is blamed only once it is refused again', async () => {
    const made: Change = { kind: 'Pod', named: /4wnx5$/, patch: apart(3) };
    const ending: Change = { kind: 'Pod', named: /jjdd9$/, patch: isEnding };
    const during = await at('replacement-unschedulable-live', uncordoned, made, ending);
    expect([during.outcome, during.roots], during.told).toEqual(['waiting', []]);
    expect(during.waits).toContain('jjdd9 to leave its node to');

    const after = await at('replacement-unschedulable-live', uncordoned, made);
    expect([after.outcome, after.roots], after.told).toEqual(['waiting', []]);
    expect(after.waits).toContain('the scheduler to try');
  });

  test('one that ends on a cordoned node leaves it to nobody', async () => {
    const cordoned: Change = { kind: 'Node', named: /worker-c$/, patch: { spec: { unschedulable: true } } };
    const ending: Change = { kind: 'Pod', named: /jjdd9$/, patch: isEnding };
    const seen = await at('replacement-unschedulable-live', cordoned, ending);
    expect(seen.roots, seen.told).toEqual(['replacement-unschedulable']);
  });

  test('no room while the predecessor still has it', async () => {
    const made: Change = { kind: 'Pod', named: /4wnx5$/, patch: word('3 Insufficient cpu') };
    const ending: Change = { kind: 'Pod', named: /jjdd9$/, patch: isEnding };
    const during = await at('replacement-unschedulable-live', uncordoned, made, ending);
    expect([during.outcome, during.roots], during.told).toEqual(['waiting', []]);
    const after = await at('replacement-unschedulable-live', uncordoned, made);
    expect(after.roots, after.told).toEqual(['replacement-unschedulable']);
  });
});

describe('manifests that say less than the autoscaler', () => {
  const spoke = (time: string): Change => ({
    kind: 'Deployment',
    patch: {
      metadata: {
        managedFields: [
          {
            manager: 'kubectl-client-side-apply',
            operation: 'Update',
            apiVersion: 'apps/v1',
            time,
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:spec': { 'f:replicas': {} } },
          },
        ],
      },
    },
  });
  const raised: Change = {
    kind: 'HorizontalPodAutoscaler',
    patch: {
      metadata: {
        managedFields: [
          {
            manager: 'orion-setup-fix',
            operation: 'Update',
            apiVersion: 'autoscaling/v2',
            time: '2026-11-23T04:59:55Z',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:spec': { 'f:minReplicas': {} } },
          },
        ],
      },
      spec: { minReplicas: 3 },
    },
  };

  test('a minimum that was just raised above them is waited for', async () => {
    const seen = await at('pdb-no-headroom-under-autoscaler', spoke('2026-11-20T10:00:00Z'), raised);
    expect([seen.outcome, seen.roots, seen.codes], seen.told).toEqual(['waiting', [], ['pdb-no-headroom']]);
  });

  test('a number that was applied below it is a fight', async () => {
    const seen = await at('pdb-no-headroom-under-autoscaler', spoke('2026-11-23T04:59:58Z'), raised);
    expect(seen.roots, seen.told).toEqual(['hpa-replicas-fight']);
  });
});

describe('a budget whose count is on its way', () => {
  const uncounted = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  const bornAt = (creationTimestamp: string): Change => ({
    kind: 'PodDisruptionBudget',
    patch: { metadata: { creationTimestamp }, status: { ...uncounted, observedGeneration: null, conditions: null } },
  });

  test('just made over the pods of others too: whether it can be counted at all is not known yet', async () => {
    const seen = await at('pdb-selector-too-broad', bornAt('2026-11-23T04:59:59Z'));
    expect([seen.outcome, seen.codes], seen.told).toEqual(['waiting', ['pdb-status-stale']]);
    const later = await at('pdb-selector-too-broad', bornAt('2026-11-23T04:50:00Z'));
    expect(later.codes, later.told).toContain('pdb-selector-too-broad');
  });

  test('a failure that was said of the rule before is waited for, and named where it stays', async () => {
    const mended = (time: string): Change => ({
      kind: 'PodDisruptionBudget',
      patch: {
        metadata: { generation: 2, managedFields: [{ manager: 'kubectl-patch', operation: 'Update', time }] },
        spec: { minAvailable: 2 },
      },
    });
    const seen = await at('pdb-sync-failed-live', mended('2026-11-27T03:00:14Z'));
    expect([seen.outcome, seen.roots], seen.told).toEqual(['waiting', []]);
    const stays = await at('pdb-sync-failed-live', mended('2026-11-27T03:00:12Z'));
    expect(stays.roots, stays.told).toEqual(['pdb-sync-failed']);
  });
});
