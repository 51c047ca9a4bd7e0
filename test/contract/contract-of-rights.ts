import { expect, test } from 'vitest';
import type { Change } from '../../src/core/change.ts';
import { kinds, ref } from '../../src/core/kubernetes/kinds.ts';
import { configMap } from './api-contract-objects.ts';
import { type ContractGround, otherUid } from './contract-ground.ts';

/** What is said to a user with few rights. */
export function rightsContract(ground: ContractGround): void {
  const { place, signal } = ground;

  test('what one may', async () => {
    const right = { verb: 'create', group: '', resource: 'pods/eviction', namespace: place };
    expect(await ground.admin.reader.may(right, signal)).toEqual({ ok: true, value: true });
    expect(await ground.stranger.reader.may(right, signal)).toEqual({ ok: true, value: false });
  });

  test('a read that is not allowed names the right that is missing', async () => {
    const look = { at: 'list', kind: kinds.Challenge, namespace: place } as const;
    expect(await ground.stranger.reader.look(look, signal)).toMatchObject({
      ok: false,
      why: 'forbidden',
      needs: `list challenges.acme.cert-manager.io in ${place}`,
    });
    expect(await ground.stranger.reader.look({ at: 'list', kind: kinds.Pod }, signal)).toMatchObject({
      ok: false,
      why: 'forbidden',
      needs: 'list pods in all namespaces',
    });
    expect(await ground.stranger.reader.look({ at: 'get', kind: kinds.Node, name: 'n' }, signal)).toMatchObject({
      ok: false,
      why: 'forbidden',
      needs: 'get nodes n',
    });
  });

  test('so does a change', async () => {
    const object = configMap(place, 'not-mine');
    const uid = otherUid;
    const patch = { ref: ref(kinds.Deployment, 'x', place), uid, resourceVersion: '1', edits: [] } as const;
    const needs = async (change: Change) => {
      const sent = await ground.stranger.writer.send(change, { dryRun: true }, signal);
      return sent.ok ? 'nothing' : sent.needs;
    };
    expect(await needs({ do: 'create', object })).toBe(`create configmaps in ${place}`);
    expect(await needs({ do: 'apply', object })).toBe(`patch configmaps in ${place}`);
    expect(await needs({ do: 'patch', ...patch })).toBe(`patch deployments.apps in ${place}`);
    expect(await needs({ do: 'status', ...patch })).toBe(`patch deployments.apps/status in ${place}`);
    expect(await needs({ do: 'delete', ref: patch.ref, uid })).toBe(`delete deployments.apps in ${place}`);
    expect(await needs({ do: 'evict', ref: ref(kinds.Pod, 'x', place), uid })).toBe(`create pods/eviction in ${place}`);
  });

  test('identity without the right to see kube-system', async () => {
    expect(await ground.stranger.reader.identity(signal)).toMatchObject({
      uid: null,
      caFingerprint: expect.any(String),
    });
  });
}
