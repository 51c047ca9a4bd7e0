import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who may enter the API server of a bed, all of them by token: who has which rights is RBAC's business. */
export type User = { readonly name: string; readonly group?: string };

/** The controllers carry the names that they have in a real cluster: the audit log and events then read as they would there. */
export const users = {
  admin: { name: 'admin', group: 'system:masters' },
  viewer: { name: 'viewer' },
  /** What the bed itself does as the world around the cluster. */
  bed: { name: 'bed', group: 'system:masters' },
  kwok: { name: 'kwok', group: 'system:masters' },
  controllerManager: { name: 'system:kube-controller-manager' },
  scheduler: { name: 'system:kube-scheduler' },
  certManager: { name: 'system:serviceaccount:cert-manager:cert-manager' },
  prometheusOperator: { name: 'system:serviceaccount:monitoring:prometheus-operator' },
  prometheus: { name: 'system:serviceaccount:monitoring:prometheus-k8s' },
} as const satisfies Record<string, User>;

/** Users without any rights, for tests to give exact ones to. */
export const blankUsers: readonly User[] = Array.from({ length: 200 }, (_, i) => ({ name: `operator-${i + 1}` }));

const everyUser: readonly User[] = [...Object.values(users), ...blankUsers];

const fileName = (user: User): string => user.name.replaceAll(':', '-');

export const tokenOf = (user: User): string => `token-of-${fileName(user)}`;

export function writeTokens(folder: string): string {
  const file = join(folder, 'tokens.csv');
  const rows = everyUser.map((user) =>
    [tokenOf(user), user.name, user.name, ...('group' in user ? [user.group] : [])].join(','),
  );
  writeFileSync(file, `${rows.join('\n')}\n`);
  return file;
}

export const kubeconfigFile = (folder: string, user: User): string => join(folder, `${fileName(user)}.kubeconfig`);

export function writeKubeconfigs(folder: string, server: string, caFile: string): void {
  for (const user of everyUser) {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'bed',
      clusters: [{ name: 'bed', cluster: { server, 'certificate-authority': caFile } }],
      users: [{ name: user.name, user: { token: tokenOf(user) } }],
      contexts: [{ name: 'bed', context: { cluster: 'bed', user: user.name } }],
    };
    writeFileSync(kubeconfigFile(folder, user), JSON.stringify(config, null, 2));
  }
}
