import { stringify } from 'yaml';

export const contextName = 'practice';

/** A kubeconfig for one user of the practice cluster. */
export function kubeconfigText(
  cluster: { readonly url: string; readonly authority: string; readonly namespace: string },
  user: { readonly name: string; readonly token: string },
): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': contextName,
    clusters: [
      {
        name: contextName,
        cluster: {
          server: cluster.url,
          'certificate-authority-data': Buffer.from(cluster.authority).toString('base64'),
        },
      },
    ],
    contexts: [{ name: contextName, context: { cluster: contextName, user: user.name, namespace: cluster.namespace } }],
    users: [{ name: user.name, user: { token: user.token } }],
  });
}
