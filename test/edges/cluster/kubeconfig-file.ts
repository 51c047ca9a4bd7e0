import { writeFile } from 'node:fs/promises';

/** What a kubeconfig of one context says; by default a bearer token. Names are `here`, of user `me`. */
export type KubeconfigSays = {
  readonly server: string;
  /** PEM. */
  readonly ca?: string;
  /** null: the context names no user. */
  readonly user?: object | null;
  readonly cluster?: object;
  readonly namespace?: string;
};

export async function writeKubeconfig(
  file: string,
  { server, ca, user, cluster, namespace }: KubeconfigSays,
): Promise<string> {
  const authority = !ca ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'cluster', cluster: { server, ...authority, ...cluster } }],
    users: user === null ? [] : [{ name: 'me', user: user ?? { token: 'a-token' } }],
    contexts: [
      {
        name: 'here',
        context: { cluster: 'cluster', ...(user === null ? {} : { user: 'me' }), ...(namespace ? { namespace } : {}) },
      },
    ],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

/** A kubeconfig of two clusters; `shared` stands in every such file under the same name. */
export const two = (name: string, current = true) => `
apiVersion: v1
kind: Config
${current ? `current-context: ${name}-context` : ''}
clusters:
- {name: ${name}-cluster, cluster: {server: "https://${name}.example.org:6443"}}
- {name: shared, cluster: {server: "https://${name}-shared.example.org"}}
users:
- {name: ${name}-user, user: {token: ${name}-token}}
contexts:
- {name: ${name}-context, context: {cluster: ${name}-cluster, user: ${name}-user, namespace: ${name}-ns}}
- {name: shared, context: {cluster: shared, user: ${name}-user}}
`;
