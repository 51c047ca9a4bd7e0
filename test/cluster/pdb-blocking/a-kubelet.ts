import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';

const bed = currentBed();
const node = 'hollow-a';

/** Of pods that it is to run. */
export const onKubelet = {
  nodeSelector: { 'kubernetes.io/hostname': node },
  tolerations: [{ key: 'bed/kubelet', operator: 'Exists' }],
};

const all = (apiGroups: readonly string[], resources: readonly string[]) => ({ apiGroups, resources, verbs: ['*'] });

const running: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(running.map((stop) => stop())));

/**
 * A real kubelet, whose container runtime alone is a stand-in: it takes every image and runs nothing. In these namespaces it may read Secrets
 * and ConfigMaps, in others not.
 */
export async function startKubelet(readable: readonly string[]): Promise<void> {
  const kubeconfig = await bed.userWith([
    all([''], ['nodes', 'nodes/status', 'pods', 'pods/status', 'events', 'services', 'serviceaccounts/token']),
    all(['coordination.k8s.io'], ['leases']),
    all(['node.k8s.io', 'storage.k8s.io', 'resource.k8s.io'], ['*']),
    ...readable.map((namespace) => ({ ...all([''], ['secrets', 'configmaps']), namespace })),
  ]);
  // Its files, and all it says.
  const folder = mkdtempSync(join(tmpdir(), 'kubelet-'));
  const log = openSync(join(folder, 'log'), 'a');
  const kubelet = spawn(join(bed.parts, 'kubelet'), [`--kubeconfig=${kubeconfig}`, `--hostname-override=${node}`], {
    stdio: ['ignore', log, log],
    env: { ...process.env, TMPDIR: folder },
  });
  const ended = once(kubelet, 'exit');
  running.push(async () => {
    kubelet.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
    await bed.kubectl(`delete node ${node} --ignore-not-found`);
  });
  await until(
    'the kubelet to have its node ready',
    async () => {
      const { spec, status } = (await bed.api.find(`/api/v1/nodes/${node}`)) ?? {};
      const isReady = status?.conditions?.some((one: Json) => one.type === 'Ready' && one.status === 'True');
      // The taint of a node that is not ready is taken off only after that, and what tolerates bed/kubelet does not tolerate it.
      const isOpen = spec?.taints?.every(({ key }: Json) => key === 'bed/kubelet');
      return isReady && isOpen ? true : undefined;
    },
    60,
  );
}
