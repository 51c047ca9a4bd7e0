import type { ApiClient } from './api-client.ts';

/** In 192.168.77.0/24, where the bed's network answers. */
export const nodeAddresses = {
  'worker-a': '192.168.77.11',
  'worker-b': '192.168.77.12',
  'worker-c': '192.168.77.13',
} as const;

const room = { cpu: '8', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' };

/** Three workers in three zones, each with an address of its own; kwok makes them Ready. */
export async function createNodes(api: ApiClient): Promise<void> {
  for (const [name, address] of Object.entries(nodeAddresses)) {
    const labels = {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'node-role.kubernetes.io/worker': '',
      'topology.kubernetes.io/region': 'bed-1',
      'topology.kubernetes.io/zone': `bed-1${name.slice(-1)}`,
    };
    await api.create('/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
      status: {
        addresses: [
          { type: 'InternalIP', address },
          { type: 'Hostname', address: name },
        ],
        capacity: room,
        allocatable: room,
        nodeInfo: {
          kubeletVersion: 'v1.36.3',
          osImage: 'Debian GNU/Linux 12 (bookworm)',
          kernelVersion: '6.1.0-40-amd64',
          containerRuntimeVersion: 'containerd://2.1.4',
          architecture: 'amd64',
          operatingSystem: 'linux',
          bootID: '',
          machineID: '',
          systemUUID: '',
          kubeProxyVersion: '',
        },
      },
    });
  }
}
