import { randomBytes } from 'node:crypto';
import type { ApiClient, Json } from './api-client.ts';
import { until } from './waiting.ts';

export async function createNamespace(
  api: ApiClient,
  prefix: string,
  labels: Readonly<Record<string, string>>,
): Promise<string> {
  const name = `${prefix}-${randomBytes(3).toString('hex')}`;
  const restricted = {
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/warn': 'restricted',
  };
  await api.create('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...restricted, ...labels } },
  });
  // Without it pods are refused, and it comes a moment later.
  await until(`the service account of ${name}`, () => api.find(`/api/v1/namespaces/${name}/serviceaccounts/default`));
  return name;
}

/** A Challenge whose issuer or solver a test has broken may never be cleaned up by cert-manager. */
async function releaseChallenges(api: ApiClient, namespace: string): Promise<void> {
  const challenges = await api.get(`/apis/acme.cert-manager.io/v1/namespaces/${namespace}/challenges`);
  for (const { metadata } of challenges.items as readonly Json[]) {
    const path = `/apis/acme.cert-manager.io/v1/namespaces/${namespace}/challenges/${metadata.name}`;
    await api.request('PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json');
  }
}

/** Their controller sees to so many at a time, from five seconds after they were deleted. */
const atATime = 10;

/** All are deleted at once, and awaited by tens: each ten is given the time that it takes, however many went before. */
export async function removeNamespaces(api: ApiClient, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => deleteNamespace(api, name)));
  for (let first = 0; first < names.length; first += atATime)
    await Promise.all(names.slice(first, first + atATime).map((name) => untilGone(api, name)));
}

async function deleteNamespace(api: ApiClient, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`;
  await api.request('DELETE', path);
  // Else the namespace controller comes back only after half the pods' grace, and again for what it finds then.
  await api.request('DELETE', `${path}/pods?gracePeriodSeconds=0`);
}

async function untilGone(api: ApiClient, name: string): Promise<void> {
  // The controller comes back only after eight seconds to what a finalizer holds.
  let releases = Date.now();
  const isGone = async () => {
    if ((await api.find(`/api/v1/namespaces/${name}`)) === undefined) return true;
    if (Date.now() >= releases) {
      releases = Date.now() + 5000;
      await releaseChallenges(api, name);
    }
    return undefined;
  };
  await until(`the namespace ${name} to be gone`, isGone);
}
