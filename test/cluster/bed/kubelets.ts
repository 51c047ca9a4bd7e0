import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { networks, ports } from './addresses.ts';
import type { ApiServer } from './api-server.ts';
import type { Authority } from './authority.ts';
import { nodeAddresses } from './nodes.ts';
import { flags, type Ground, type Part, startPart } from './part.ts';
import { stages } from './stages.ts';
import { kubeconfigFile, users } from './users.ts';

/** The log of a pod that stands for a program of the bed is that program's own. */
const logOf = (namespace: string, logsFile: string) => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'ClusterLogs',
  metadata: { name: namespace },
  spec: { selector: { matchNamespaces: [namespace] }, logs: [{ logsFile, follow: true }] },
});

/** kwok stands for the kubelets of nodes that do not exist. */
export function startKubelets(ground: Ground, api: ApiServer, authority: Authority): Part {
  const file = (leaf: string, content: string): string => {
    const path = join(ground.folder, leaf);
    writeFileSync(path, content);
    return path;
  };
  const serving = authority.issue({ name: 'kubelet', names: Object.values(nodeAddresses) });
  const logs = [
    logOf('cert-manager', join(ground.folder, 'cert-manager.log')),
    logOf('monitoring', join(ground.folder, 'prometheus-operator.log')),
  ];
  const documents = [...stages, ...logs].map((each) => JSON.stringify(each));
  return startPart(
    ground,
    'kwok',
    flags({
      kubeconfig: kubeconfigFile(api.folder, users.kwok),
      config: file('kwok.yaml', documents.join('\n---\n')),
      // A node without the annotation has no kubelet: a test plays it, or nobody does.
      'manage-all-nodes': false,
      'manage-nodes-with-annotation-selector': 'kwok.x-k8s.io/node=fake',
      cidr: networks.pods,
      'server-address': `0.0.0.0:${ports.kubelet}`,
      'node-port': ports.kubelet,
      // Without leases the controllers take the nodes for lost after forty seconds, and their pods for not ready.
      'node-lease-duration-seconds': 40,
      'tls-cert-file': file('kubelet.pem', serving.certificate),
      'tls-private-key-file': file('kubelet.key', serving.key),
    }),
  );
}
