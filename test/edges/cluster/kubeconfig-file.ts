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
