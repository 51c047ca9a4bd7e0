import type { Change } from '../../../src/core/change.ts';
import { kinds, ref } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { connectWith, type Says, serveApi } from './local-api.ts';

const signal = AbortSignal.timeout(120_000);
export const configMap: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'orion-setup', namespace: 'x' },
  data: { a: '1' },
};
export const budget = { ref: ref(kinds.PodDisruptionBudget, 'b', 'x'), uid: 'u1', resourceVersion: '7' };
export const edits = [{ pointer: '/spec/minAvailable', from: '100%', to: 1 }];
export const patch: Change = { do: 'patch', ...budget, edits };
export const eviction: Change = { do: 'evict', ref: ref(kinds.Pod, 'p', 'x'), uid: 'u1' };

/** Sends the change to a server that gives these answers, one after the other. */
export async function sent(
  change: Change,
  answers: readonly Says[] = [{ json: configMap }],
  options: { dryRun?: boolean; force?: boolean } = {},
) {
  await using api = await serveApi(answers);
  const { writer } = await connectWith({ server: api.server });
  return { answer: await writer.send(change, { dryRun: false, ...options }, signal), got: api.got };
}
